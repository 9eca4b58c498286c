"""The commands of `python -m sync`, one module each; each holds its click command as `command`."""

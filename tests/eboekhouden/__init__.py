"""The client of the books, over real sockets."""

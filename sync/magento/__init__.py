"""Magento's REST API: signing, paging, parsing into documents."""

"""The demo: a company of thirty invented people, and one of them driven through the whole year over HTTP."""

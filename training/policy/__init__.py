"""The privacy policy's revisions, clause by clause, and the pledge's wording."""

"""Steps from one schema to the next; `app.db.schema` runs them."""

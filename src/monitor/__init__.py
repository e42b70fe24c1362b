"""Monitor: public posts about people on the move, from collection to alert e-mail."""

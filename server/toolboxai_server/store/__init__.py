"""What is kept: SQLAlchemy Core tables behind one contract."""

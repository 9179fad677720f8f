"""The release command: a migration that cannot be done."""
import sys

print("migrating 3 tables", flush=True)
sys.exit("migration 007 failed: column greeting exists already")

#!/bin/sh
# Creates and updates both databases of Temporal; safe to run again.
set -eu

for database in temporal temporal_visibility; do
  case "$database" in
    temporal) folder=temporal ;;
    *) folder=visibility ;;
  esac
  temporal-sql-tool --db "$database" create
  # Leaves a database alone that has a newer version than this.
  temporal-sql-tool --db "$database" setup-schema -v 0.0
  temporal-sql-tool --db "$database" update-schema -d "/etc/temporal/schema/postgresql/v12/$folder/versioned"
done

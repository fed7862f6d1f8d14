# Thin recipes: the chores themselves are in crates/xtask.

# List the recipes.
default:
    @just --list

# Build the service and run it on invented people in the pilot's six schools.
demo *args:
    cargo xtask demo {{args}}

# Every check that CI runs.
test:
    cargo xtask test

# The house rules.
lint:
    cargo xtask lint

# Regenerate what is generated; `just schema --check` only looks.
schema *args:
    cargo xtask schema {{args}}

# Measure, and write docs/bench.
bench *args:
    cargo xtask bench {{args}}

# Give one target any bytes for some seconds: `just fuzz journal 300`.
fuzz *args:
    cargo xtask fuzz {{args}}

# Change the code in small ways and look whether a test notices: `just mutants access`.
mutants *args:
    cargo xtask mutants {{args}}

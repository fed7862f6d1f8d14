//! Prints the GraphQL schema (SDL), as committed in `schema/schema.graphql`.

fn main() {
    print!("{}", api::sdl());
}

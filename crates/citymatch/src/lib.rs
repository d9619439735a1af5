//! placeholder
mod record;
mod error;
mod catalogue { pub mod rows; pub use rows::*; }
pub use record::*;
pub use error::*;
pub use catalogue::*;

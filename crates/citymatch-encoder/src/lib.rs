//! Text to vector in Spanish, Portuguese and English: sentences that mean the same point the same
//! way, whatever their language.
//!
//! The model is part of the crate: nothing is downloaded, no file is read, and nothing is built
//! when a program starts. It is a table, not a network (see `MODEL_CARD.md`): fast enough for every
//! sentence of a large catalogue on one core, and blind to the order of words.
//!
//! ```
//! use citymatch_encoder::{Encoder, StaticEncoder};
//!
//! let encoder = StaticEncoder::builtin();
//! let lamps = ["street lighting with LED lamps", "alumbrado público con lámparas LED", "iluminação pública com lâmpadas LED"];
//! let vectors = encoder.encode(&[&lamps[..], &["a vegetable garden at school"]].concat())?;
//! let alike = |a: usize, b: usize| vectors[a].cosine(&vectors[b]);
//! assert!(alike(0, 1) > 0.6 && alike(0, 2) > 0.6 && alike(1, 2) > 0.6);
//! assert!(alike(0, 3) < 0.1);
//! # Ok::<(), citymatch_encoder::EncodeError>(())
//! ```
//!
//! | what | where |
//! |---|---|
//! | texts to vectors, with this model or another | [`Encoder`], [`StaticEncoder`] |
//! | a vector, in floats and in integers | [`Vector`], [`Quantised`] |
//! | many integer vectors against many others | [`Tiles`] |
//! | what a model's cosines are worth | [`Calibration`], [`Calibrated`] |
//! | what was found for words before | [`WordCache`] |
//!
//! **The same bytes everywhere.** Every sum of floats has one stated order and nothing is fused;
//! integers are exact. So a text's vector, and every product of vectors, has the same bytes on
//! every processor, whatever its vector instructions.

mod builtin;
mod calibrated;
mod calibration;
mod encoder;
mod error;
mod kernel;
mod layout;
mod model;
mod normalise;
mod quantised;
mod tiles;
mod trie;
mod vector;
mod vocabulary;
mod word_cache;

pub use builtin::StaticEncoder;
pub use calibrated::Calibrated;
pub use calibration::Calibration;
pub use encoder::{Encoder, vectors};
pub use error::EncodeError;
#[doc(hidden)]
pub use kernel::{Kernel, signed};
pub use quantised::{Quantised, cosine};
pub use tiles::Tiles;
pub use vector::Vector;
pub use word_cache::WordCache;

#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;

//! # duologue
//!
//! A terminal chat client whose conversations live in the very file a web app uses. This page is
//! the map; it holds no code.
//!
//! ## The rooms
//!
//! - [`settings`] what the user chose: flags over environment over `config.toml`, once; key table.
//! - [`chat`] the nouns: messages, conversations, changes, reply events, the title and context rules;
//!   and [`chat::turn`], the state machine that decides everything about a turn: the window, `ask`,
//!   `--plain` and the collection of background answers feed it events and perform its steps. Plain
//!   data and total functions.
//! - [`markdown`] what a message's Markdown means: parser, formulas, code blocks, the languages of
//!   code. One dialect for the view, for copying and for exports. Pure.
//! - [`app`] the brain: `update(&mut State, Msg) -> Vec<Effect>`. Pure.
//! - [`view`] the face: `draw(frame, &State, &mut LayoutCache) -> Measured`. Pure. Cells,
//!   wrapping, colours and the cleaning of hostile text live here.
//! - [`tools`] the functions a model may call here: bounded computations behind one trait. Pure.
//! - [`api`] OpenAI: bytes to `ReplyEvent`s, request bodies, error kinds, retries.
//! - [`store`] the file: `<username>.json` to conversations, changed by verbs; lock, journal, watch.
//! - [`exchange`] conversations as Markdown and HTML, and read from exports. Pure.
//! - [`runtime`] the hands: the only room that spawns, waits and draws.
//! - [`cli`] the headless commands, a file each.
//! - [`demo`] the built-in offline server that `--demo` and the tests run on.
//!
//! ## Who may use whom
//!
//! ```text
//! main ─► cli ─► runtime ─► app, view, api, tools, store, exchange, demo
//!          └───► api, tools, store, exchange, demo
//! view ─► app ─► markdown, chat          api ─► tools ─► chat  store ─► chat
//! view, exchange ─► markdown ─► chat
//! everybody above chat and demo ─► settings ─► chat          demo ─► nobody
//! ```
//!
//! There are no cycles between folders, and a test over `src/` keeps it so.
//!
//! ## The one-way flow
//!
//! ```text
//!  terminal ─┐                                            ┌─► frame ─► measured ─┐
//!  server  ──┼─► Msg ─► update(&mut State, Msg) ─► State ─┤                      │
//!  disk    ──┤             (pure)        │                └─ view (pure)         │
//!  clock   ──┘                           └─► Effects ─► runtime (performs) ──────┴─► back as Msg
//! ```
//!
//! ## What is always true
//!
//! - A question is on disk before its request leaves; an answer is on disk before it counts as
//!   finished. Nothing typed or received is ever lost.
//! - The shared file is never written from a snapshot: it is read again, changed by a verb, and
//!   replaced whole. Bytes nobody meant to change do not change.
//! - Every verb is in the journal before it is in the file, and stays there until no old copy of
//!   anybody's can undo it; whoever looks at the file next does it again.
//! - Nothing is written that would make the web app reject the file.
//! - Text from a model, a file or a title is hostile until [`view`] (or the command line's own
//!   use of it) has made it harmless cells; the stored text stays as it was.
//! - State has one owner, the loop. There are no locks and no globals but the log.
//! - Without input, answers or changes on disk nothing wakes up.

pub mod api;
pub mod app;
pub mod chat;
pub mod cli;
pub mod demo;
pub mod exchange;
pub mod markdown;
pub mod runtime;
pub mod settings;
pub mod store;
pub mod tools;
pub mod view;

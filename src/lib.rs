//! # duologue
//!
//! A terminal chat client whose conversations live in the very file a web app uses. This page is an
//! overview and holds no code. `docs/architecture.md` follows a turn and a save of the web app step by
//! step; `docs/shared-file.md` describes the file.
//!
//! ## Modules
//!
//! - [`settings`] what the user chose: flags over environment over `config.toml`, read once. Each
//!   setting is one entry of a table; the table of keys is here too.
//! - [`chat`] the data types: messages, conversations, changes, reply events. It holds two pure state
//!   machines: [`chat::turn`] decides everything about a turn for the window, `ask`, `--plain` and the
//!   collection of background answers, and [`chat::reapply`] decides what is reapplied after a stale write.
//! - [`markdown`] what a message's Markdown means: parser, formulas, code blocks and their languages.
//!   One dialect for the view, for copying and for exports. Pure.
//! - [`app`] the logic of the window: `update(&mut State, Msg) -> Vec<Effect>`. Pure.
//! - [`view`] from state to cells: `draw(frame, &State, &Theme, &mut LayoutCache) -> Measured`. Wrapping,
//!   colours and the cleaning of hostile text. Pure.
//! - [`tools`] the functions a model may call: bounded computations behind one trait, and the traits of
//!   tools that other programs provide. Pure.
//! - [`api`] the Responses API: bytes to `ReplyEvent`s, request bodies, error kinds, retries.
//! - [`mcp`] tools and prompts of MCP servers: starts, limits and ends them; nothing a server says is trusted.
//! - [`store`] the shared file and the private files beside it. [`store::file::commit`] is the only way a
//!   shared file is replaced; [`store::engine`] reads and changes the chats; [`store::state`] keeps the
//!   private folder by two mechanisms, `StateFile` and `ProcessLog`.
//! - [`exchange`] conversations as Markdown and HTML, and read from other programs' exports. Pure.
//! - [`runtime`] event loop, workers and terminal: performs the window's effects.
//! - [`cli`] the commands without a window, a file each.
//! - [`demo`] the built-in offline server that `--demo` and many tests use.
//!
//! ## Dependencies
//!
//! ```text
//! main ─► cli ─► runtime ─► app, view, api, mcp, tools, store, exchange, demo
//!          └───► view, api, mcp, tools, store, exchange, demo
//! view ─► app ─► markdown ─► chat        exchange ─► markdown ─► chat
//! mcp ─► api ─► tools ─► chat           store ─► markdown ─► chat
//! settings ─► chat                       cli, runtime, view, app, api, mcp, store ─► settings
//! ```
//!
//! There are no cycles between these modules; a test over `src/` keeps it so.
//!
//! One package of this repository is not in `src/`: `.crates/eventsource-stream` takes the place of the
//! parser below `reqwest-eventsource`, by `[patch.crates-io]` in `Cargo.toml`.
//!
//! ## Data flow
//!
//! ```text
//!  terminal ─┐                                            ┌─► frame ─► measured ─┐
//!  server  ──┼─► Msg ─► update(&mut State, Msg) ─► State ─┤                      │
//!  disk    ──┤             (pure)        │                └─ view (pure)         │
//!  clock   ──┘                           └─► Effects ─► runtime (performs) ──────┴─► back as Msg
//! ```
//!
//! ## Invariants
//!
//! - A question is on disk before its request leaves; an answer is on disk before it counts as
//!   finished. The question that was accepted is the one that is sent.
//! - A shared file is never written from a snapshot: the version that is there is read, changed and
//!   replaced whole, and only if it still is there. Bytes that no change is about stay as they are.
//! - Every change is in the journal before it is in the chats file, and stays there until no stale
//!   copy can undo it; whoever looks at the file next reapplies it.
//! - Nothing is written that would make a version of the web app reject the file.
//! - Text from a model, a file or a title is hostile until [`view`] (or the command line's use of it)
//!   has made it harmless; the stored text stays as it was.
//! - Reading never needs writing.
//! - The event loop owns the state of the window, the store thread owns the store; they exchange
//!   messages. Locks in memory protect only small things that tasks share beside that, such as what a
//!   client learned about its server. Locks on files keep processes apart. Globals are the log,
//!   constant tables, the names of the environment variables that hold keys, and a flag of a single thread.
//! - Without input, answers, changes on disk or a wait that ends, nothing wakes up.
//!
//! ## Glossary
//!
//! - **change**: one edit of the chats file, such as "append this message" ([`chat::Change`]). A
//!   **logged change** has an id and a place in the order of all, as the journal keeps it
//!   ([`chat::LoggedChange`]). It is **confirmed** once no stale copy can undo it any more, and
//!   **settled** once nothing has to be done about it: the journal forgets it then.
//! - **transaction**: changes that take effect together or not at all, in one rewrite of the file.
//! - **turn**: a question, its answer, and everything done on the way ([`chat::turn::Turn`]).
//! - **reapply**: to apply a change again because a stale writer has overwritten it ([`chat::reapply`]).
//!   Redo is the text editor's word, and undo the user's.
//! - **stale writer**: a program that writes the whole file from a copy it read earlier. The web app
//!   keeps its copy for up to five minutes.
//! - **seen state**: which version of the shared file a duologue process saw last, and how many foreign
//!   ones came before ([`store::state::SeenState`]). Any other version is foreign.
//! - **branch**: a version of a conversation's end that an edit or another answer has replaced, kept to
//!   be switched back to ([`chat::branch`]).
//! - **background answer**: an answer the server finishes without a connection; a later run collects
//!   it ([`chat::BackgroundAnswer`]).
//! - **approval**: the question whether a tool call may run, and its answer
//!   ([`chat::ToolRequest`], [`chat::ApprovalAnswer`]).
//! - **permission**: an approval that is remembered and covers later calls ([`chat::ToolPermissions`]).
//! - **rejected part**: an optional part of a request that a server does not accept, and that is
//!   therefore left out ([`api::request::rejected_parts`]).
//! - **capability**: what is known of a server, such as "refuses this parameter", remembered for later
//!   questions ([`chat::ServerCapabilities`]).

// Systems without signals and modes of files have stand-ins with the signatures of Unix.
#![cfg_attr(not(unix), allow(clippy::unnecessary_wraps, clippy::unused_self))]

pub mod api;
pub mod app;
pub mod chat;
pub mod cli;
pub mod demo;
pub mod exchange;
pub mod markdown;
pub mod mcp;
pub mod runtime;
pub mod settings;
pub mod store;
pub mod tools;
pub mod view;

//! The integration tests, one file for each area of behaviour.

mod answer_details;
mod api;
mod api_errors;
mod api_fuzz;
mod api_servers;
mod api_stored;
mod app_updates;
mod approval;
mod architecture;
mod attachments;
mod background_answers;
mod branches;
mod chat_completions;
mod command_outputs;
mod commands;
mod commands_ask;
mod commands_change;
mod commands_export;
mod commands_import;
mod composer;
mod concurrent_writers;
mod conventions;
mod copying;
mod crash;
mod delete_during_answer;
mod demo_server;
mod disk_full;
mod disk_limits;
mod doctor;
mod documents;
mod edit_question;
mod event_loop;
mod export_page;
#[cfg(unix)]
mod file_faults;
mod find_in_conversation;
mod golden_frames;
mod hostile_text;
#[cfg(unix)]
mod images;
mod job_control;
#[cfg(unix)]
mod key_command;
mod keyboard;
mod keys;
mod long_conversations;
mod manage_conversations;
mod manage_conversations_on_disk;
mod mcp;
mod mcp_http;
mod mentions;
mod mouse;
mod network_hops;
mod notices;
mod overlapping_answers;

mod pipelines;
mod plain;
mod preset_requests;
mod presets;
mod presets_repair;
mod private_state;
mod pty;
#[cfg(unix)]
mod pty_storms;
mod quit;
mod readme_pictures;
#[cfg(target_os = "linux")]
mod real_disks;
mod rejected_file_notice;
mod rejected_records;
mod remote_turn;
mod screen_layout;
mod screen_states;
mod scroll_position;
mod secrets;
mod sentences;
mod servers;
mod settings;
mod setup;
mod stale_writer;
mod store;
mod store_layouts;
mod store_search;
mod temporary;
mod terminal_input;
#[cfg(unix)]
mod terminal_lost;
#[cfg(unix)]
mod terminal_pieces;
mod text_input;
mod text_selection;
mod titles;
mod tools;
mod turn_drivers;
mod turns;
mod ui_prefs;
mod undo;
mod unreadable_chats;
mod usage;
mod web_calculator;
mod web_files;
mod web_link;
mod web_presets;
mod web_round_trip;

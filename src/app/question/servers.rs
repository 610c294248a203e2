//! The server of the next question.

use crate::chat::{AnswerServer, DEFAULT_SERVER};

use crate::app::{NoticeKind, Session, State};

/// The servers whose models are offered.
pub(crate) fn offered(session: &Session) -> Vec<AnswerServer> {
    if session.servers.is_empty() {
        return vec![in_use(session)];
    }
    session.servers.iter().map(|choice| choice.server.clone()).collect()
}

/// The server in use.
pub(crate) fn in_use(session: &Session) -> AnswerServer {
    or_default(session.server.as_ref())
}

/// A server, or the one the program was started with.
pub(crate) fn or_default(server: Option<&AnswerServer>) -> AnswerServer {
    let unknown = || AnswerServer { name: DEFAULT_SERVER.to_owned(), host: String::new() };
    server.cloned().unwrap_or_else(unknown)
}

/// The model that writes titles at a server: what was asked there is sent to no other.
pub(crate) fn title_model(session: &Session, server: Option<&AnswerServer>) -> Option<String> {
    let choice = session.servers.iter().find(|choice| Some(&choice.server) == server);
    choice.map_or_else(|| session.title_model.clone(), |choice| choice.title_model.clone())
}

/// Uses a server for the next questions, with a model of it.
pub(crate) fn use_server(state: &mut State, name: &str, model: Option<String>) {
    let Some(choice) = state.session.servers.iter().find(|it| it.server.name == name).cloned()
    else {
        let names: Vec<&str> =
            state.session.servers.iter().map(|choice| choice.server.name.as_str()).collect();
        let text = format!("There is no server \"{name}\". Available: {}.", names.join(", "));
        state.show_notice(NoticeKind::Error, text);
        return;
    };
    let label = choice.server.label();
    let mut text = match model.as_ref().or(choice.names_model.then_some(&choice.model)) {
        Some(model) => format!("Server: {label}. Model: {model}."),
        None => format!("Server: {label}."),
    };
    if state.transcript.open.as_ref().is_some_and(|open| !open.messages.is_empty()) {
        text.push_str(" The next question sends the whole conversation there.");
    }
    state.session.model = model.unwrap_or(choice.model);
    state.session.server = Some(choice.server);
    state.session.lacks_key = choice.lacks_key;
    state.show_notice(NoticeKind::Info, text);
}

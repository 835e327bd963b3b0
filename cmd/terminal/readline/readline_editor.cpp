#include "cmd/terminal/readline/readline_editor.hpp"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <utility>

#include "core/protocol/limits.hpp"
#include "core/text.hpp"

namespace p2psig {
namespace {

/// Within a sequence that a key sends, terminals do not pause so long; people who press Escape do not notice.
constexpr Milliseconds kEscapeTime{50};
constexpr Milliseconds kBackgroundInterval{250};

constexpr std::string_view kPasteModeOn = "\033[?2004h";
constexpr std::string_view kPasteModeOff = "\033[?2004l";
constexpr std::string_view kClearScreen = "\033[H\033[2J";
constexpr std::string_view kPlainColour = "\001\033[0m\002";

KeyStream::ControlKeys control_keys(const termios& modes) {
  const auto key = [&modes](std::size_t which) {
    const bool on = (modes.c_lflag & ISIG) != 0 && modes.c_cc[which] != _POSIX_VDISABLE;
    return on ? static_cast<int>(modes.c_cc[which]) : -1;
  };
  return {.interrupt = key(VINTR), .suspend = key(VSUSP), .quit = key(VQUIT)};
}

/// `\001\033[1;31m\002` at the beginning of `text`: its size, or 0.
std::size_t colour_size(std::string_view text) {
  constexpr std::string_view begin = "\001\033[";
  if (!text.starts_with(begin)) return 0;
  const std::size_t end = text.find_first_not_of("0123456789;", begin.size());
  return end != std::string_view::npos && text.substr(end).starts_with("m\002") ? end + 2 : 0;
}

std::string safe_prompt(std::string_view prompt) {
  std::string safe;
  bool coloured = false;
  while (!prompt.empty()) {
    std::size_t size = colour_size(prompt);
    if (size > 0) {
      safe += prompt.substr(0, size);
      coloured = true;
    } else {
      size = std::min(prompt.find('\001', 1), prompt.size());
      append_printable(safe, prompt.substr(0, size));
    }
    prompt.remove_prefix(size);
  }
  if (coloured) safe += kPlainColour;
  return safe;
}

/// In columns, row by row: the first ones first.
std::string listing(const std::vector<std::string>& words, std::size_t columns) {
  constexpr std::size_t gap = 2;
  const std::size_t listed = std::min(words.size(), limits::kListedCandidates);
  std::size_t widest = 0;
  for (std::size_t i = 0; i < listed; ++i) widest = std::max(widest, display_width(words[i]));
  const std::size_t in_row = std::max<std::size_t>((columns + gap) / (widest + gap), 1);
  std::string out;
  for (std::size_t i = 0; i < listed; ++i) {
    out += words[i];
    const bool last_in_row = (i + 1) % in_row == 0 || i + 1 == listed;
    out += last_in_row ? "\n" : std::string(widest + gap - display_width(words[i]), ' ');
  }
  if (words.size() > listed) out += "... and " + std::to_string(words.size() - listed) + " more\n";
  return out;
}

}  // namespace

ReadlineEditor::ReadlineEditor(EventLoop& loop, Host& host, const Options& options)
    : loop_(loop),
      host_(host),
      history_(options.history_file),
      readline_(tty_.input(), *this, history_.load()),
      keys_(control_keys(tty_.modes_before())),
      size_(tty_.size()),
      prompt_(safe_prompt(options.prompt)),
      screen_(loop, tty_.output(), [this] { show_when_ready(); }),
      turn_end_(loop, [this] { show(); }),
      escape_(loop,
              [this] {
                keys_.settle();
                handle_keys();
              }),
      rest_(loop, [this] { handle_keys(); }),
      background_(loop, [this] { look_for_terminal(); }),
      resized_(loop, SIGWINCH, [this](int) { changed_ = true; }),
      interrupted_(loop, SIGINT, [this](int signal) { host_.stopped(signal); }),
      hung_up_(loop, SIGHUP, [this](int signal) { host_.stopped(signal); }),
      input_(new uv_poll_t) {
  uv_poll_init(loop.raw(), input_.get(), tty_.input());
  input_->data = this;
  watch_job_signals();
  look_for_terminal();
}

ReadlineEditor::~ReadlineEditor() {
  history_.trim();
  while (!backlog_.empty()) {
    screen_.write(view_.erase());
    screen_.write(backlog_.take(limits::kTerminalBatchBytes));
  }
  if (taken_ && !readline_.line().empty()) screen_.write(drawn_line());
  leave_terminal();
}

void ReadlineEditor::complete_again() {
  readline_.complete_again();
  changed_ = true;
}

void ReadlineEditor::set_prompt(std::string_view prompt) {
  prompt_ = safe_prompt(prompt);
  changed_ = true;
}

// ---- from the keyboard

void ReadlineEditor::listen(int events) {
  uv_poll_start(input_.get(), events,
                [](uv_poll_t* handle, int, int) { static_cast<ReadlineEditor*>(handle->data)->read_keys(); });
}

void ReadlineEditor::read_keys() {
  if (!taken_) return end_input();
  if (!screen_.takes_more()) {
    keys_wait_ = true;
    uv_poll_stop(input_.get());
    return screen_.call_when_ready();
  }
  if (rest_.started()) return;
  std::array<char, 4096> buffer{};
  const ssize_t bytes = read(tty_.input(), buffer.data(), buffer.size());
  if (bytes < 0 && (errno == EAGAIN || errno == EINTR)) return;
  if (bytes <= 0) return end_input();
  keys_.push({buffer.data(), static_cast<std::size_t>(bytes)});
  handle_keys();
}

void ReadlineEditor::handle_keys() {
  while (!hand_over()) {
    const auto event = keys_.next();
    if (!event) {
      if (keys_.undecided())
        escape_.start(kEscapeTime, Milliseconds{0});
      else
        escape_.stop();
      return;
    }
    handle(*event);
  }
  // The host may have stopped the loop. If it has not, the next turn goes on (without delay, it would be this
  // one).
  rest_.start(Milliseconds{1}, Milliseconds{0});
}

void ReadlineEditor::handle(const KeyStream::Event& event) {
  changed_ = true;
  switch (event.kind) {
    case KeyStream::Kind::key:
      readline_.type(event.text);
      cleared_ = readline_.take_clear_screen() || cleared_;
      return;
    case KeyStream::Kind::paste:
      return readline_.insert(event.text);
    case KeyStream::Kind::paste_too_long:
      return print("p2psig: a pasted text of more than " + std::to_string(limits::kPasteBytes) +
                   " bytes was left out");
    case KeyStream::Kind::interrupt:
      return readline_.interrupt();
    case KeyStream::Kind::suspend:
      return stop_by(SIGTSTP, 0);
    case KeyStream::Kind::quit:
      return stop_by(SIGQUIT, 0);
  }
}

/// What was entered; whether there was something.
bool ReadlineEditor::hand_over() {
  if (const auto line = readline_.take_line()) {
    print(view_.transcript({readline_.mode() + prompt_, line->text, line->text.size()}, size_));
    if (line->remembered)
      if (const auto problem = history_.append(line->text)) print("p2psig: " + *problem);
    host_.line(line->text);
    return true;
  }
  if (!readline_.take_end()) return false;
  host_.end();
  return true;
}

void ReadlineEditor::end_input() {
  uv_poll_stop(input_.get());
  host_.end();
}

Completion ReadlineEditor::complete(std::string_view line, std::size_t cursor) noexcept {
  return host_.complete(line, cursor);
}

void ReadlineEditor::list(std::vector<std::string> candidates) noexcept {
  print(listing(candidates, size_.columns));
}

// ---- to the screen

std::string ReadlineEditor::drawn_line() {
  const auto message = readline_.message();
  std::string prompt;
  if (message)
    append_printable(prompt, *message);
  else
    prompt = readline_.mode() + prompt_;
  return view_.draw({prompt, readline_.line(), readline_.cursor()}, size_);
}

void ReadlineEditor::show() {
  if (!changed_ && backlog_.empty()) return;
  if (!screen_.takes_more()) return screen_.call_when_ready();
  std::string out;
  if (const ScreenSize size = tty_.size(); size != size_) {
    out += view_.resize(size);
    size_ = size;
  }
  if (std::exchange(cleared_, false)) {
    view_.forget();
    out += kClearScreen;
  }
  if (!backlog_.empty()) {
    out += view_.erase();
    out += backlog_.take(limits::kTerminalBatchBytes);
  }
  if (taken_) out += drawn_line();
  changed_ = false;
  screen_.write(out);
  if (!backlog_.empty()) screen_.call_when_ready();
}

void ReadlineEditor::show_when_ready() {
  // Keys come first, or a burst of lines would leave them no turn. The rest is shown at the turn's end.
  if (!std::exchange(keys_wait_, false) || !taken_) return;
  listen(UV_READABLE);
  read_keys();
}

// ---- whose the terminal is

void ReadlineEditor::take_terminal() {
  tty_.make_raw();
  if (readline_.wants_bracketed_paste()) screen_.write(kPasteModeOn);
  listen(UV_READABLE);
  taken_ = true;
  changed_ = true;
}

void ReadlineEditor::leave_terminal() {
  if (taken_) {
    uv_poll_stop(input_.get());
    screen_.write(readline_.line().empty() ? view_.erase() : view_.leave());
    screen_.write(kPasteModeOff);
  }
  screen_.finish();
  if (std::exchange(taken_, false) && tty_.in_foreground()) tty_.restore();
}

/// As the terminal itself would have done at that key; or as it was about to be done by a signal.
void ReadlineEditor::stop_by(int signal, pid_t whom) {
  leave_terminal();
  stopped_.reset();
  continued_.reset();
  kill(whom, signal);
  watch_job_signals();
  look_for_terminal();
}

void ReadlineEditor::watch_job_signals() {
  stopped_.emplace(loop_, SIGTSTP, [this](int) { stop_by(SIGTSTP, getpid()); });
  // After a stop that could not be seen coming, by SIGSTOP: the screen is not as it was, nor are the modes.
  continued_.emplace(loop_, SIGCONT, [this](int) {
    if (taken_) screen_.write(view_.leave());
    taken_ = false;
    look_for_terminal();
  });
}

void ReadlineEditor::look_for_terminal() {
  if (tty_.in_foreground()) return take_terminal();
  listen(UV_DISCONNECT);
  background_.start(kBackgroundInterval, Milliseconds{0});
}

}  // namespace p2psig

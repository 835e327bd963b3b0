#include "cmd/terminal/readline/readline.hpp"

#include <fcntl.h>
#include <langinfo.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cassert>
#include <clocale>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <deque>
#include <memory>
#include <utility>

#include <readline/history.h>
#include <readline/readline.h>

#include "cmd/failure.hpp"
#include "core/protocol/limits.hpp"
#include "core/text.hpp"

namespace p2psig {
namespace {

struct Free {
  void operator()(char* text) const noexcept { std::free(text); }
  void operator()(FILE* file) const noexcept { std::fclose(file); }
};
using Text = std::unique_ptr<char, Free>;
using File = std::unique_ptr<FILE, Free>;

/// Beside what readline keeps for the process itself.
struct LineState {
  Readline::Owner& owner;
  File input;
  File output;
  std::string_view keys{};  // given to readline, and not read by it yet
  std::deque<Readline::Line> lines{};
  bool end = false;
  std::vector<std::string> candidates{};                            // of the last completion
  std::optional<std::pair<std::string, std::size_t>> incomplete{};  // line and cursor of one that comes later
};
std::unique_ptr<LineState> state;  // NOLINT(cppcoreguidelines-avoid-non-const-global-variables)

// ---- what readline calls

int next_byte(FILE* /*input*/) noexcept {
  if (state->keys.empty()) return EOF;
  const auto byte = static_cast<unsigned char>(state->keys.front());
  state->keys.remove_prefix(1);
  return byte;
}

int bytes_left() noexcept { return state->keys.empty() ? 0 : 1; }

void show_nothing() noexcept {}

bool is_last_in_history(const char* line) noexcept {
  const HIST_ENTRY* const last = history_get(history_base + history_length - 1);
  return last != nullptr && std::strcmp(last->line, line) == 0;
}

void entered(char* text) noexcept {
  const Text line(text);
  if (!line) {
    state->end = true;
    return;
  }
  const bool remembered = std::strspn(text, " \t\n") < std::strlen(text) && !is_last_in_history(text);
  if (remembered) add_history(text);
  state->lines.push_back({text, remembered});
}

// ---- completion

bool is_printable(const std::string& text) {
  std::string printable;
  append_printable(printable, text);
  return printable == text;
}

bool is_folder(const std::string& name) {
  const Text expanded(tilde_expand(name.c_str()));
  struct stat status {};
  return stat(expanded.get(), &status) == 0 && S_ISDIR(status.st_mode);
}

std::vector<std::string> file_names(const std::string& begun) {
  std::vector<std::string> names;
  for (int again = 0; names.size() < limits::kCandidates; again = 1) {
    const Text name(rl_filename_completion_function(begun.c_str(), again));
    if (!name) break;
    names.emplace_back(name.get());
  }
  std::sort(names.begin(), names.end());
  return names;
}

/// The beginning that all have in common, not ending within a character.
std::string common_beginning(const std::vector<std::string>& words) {
  std::string common = words.front();
  for (const std::string& word : words) {
    const auto end = std::mismatch(common.begin(), common.end(), word.begin(), word.end()).first;
    common.erase(end, common.end());
  }
  const auto continues = [&](std::size_t at) {
    return at < words.front().size() && (static_cast<unsigned char>(words.front()[at]) & 0xC0U) == 0x80U;
  };
  while (!common.empty() && continues(common.size())) common.pop_back();
  return common;
}

/// What readline wants: the common beginning, the words, an end; of a single word only that.
char** matches_of(const std::vector<std::string>& words) {
  if (words.empty()) return nullptr;
  auto** const matches = static_cast<char**>(std::malloc((words.size() + 2) * sizeof(char*)));
  if (matches == nullptr) return nullptr;
  char** next = matches;
  *next++ = strdup(common_beginning(words).c_str());
  if (words.size() > 1)
    for (const std::string& word : words) *next++ = strdup(word.c_str());
  *next = nullptr;
  return matches;
}

/// Names of files, as they are to be inserted, and as they are to be listed.
std::pair<std::vector<std::string>, std::vector<std::string>> file_candidates(const std::string& begun) {
  std::vector<std::string> words = file_names(begun);
  std::vector<std::string> shown;
  if (words.size() == 1 && is_folder(words.front())) {
    words.front() += '/';
    rl_completion_append_character = '\0';
  }
  shown.reserve(words.size());
  for (const std::string& word : words) shown.push_back(word.substr(word.rfind('/') + 1));
  return {std::move(words), std::move(shown)};
}

/// `start` is where readline thinks that the word begins: at the last blank.
char** complete_word(std::size_t start) {
  const std::string_view line(rl_line_buffer, static_cast<std::size_t>(rl_end));
  const auto cursor = static_cast<std::size_t>(rl_point);
  Completion completion = state->owner.complete(line, cursor);
  state->incomplete.reset();
  if (completion.later) {
    state->incomplete.emplace(line, cursor);
    rl_completion_append_character = '\0';
    return matches_of({std::string(line.substr(start, cursor - start))});  // with none, the bell would ring
  }
  if (completion.start > cursor) return nullptr;
  const std::string begun(line.substr(completion.start, cursor - completion.start));
  std::vector<std::string> shown = completion.candidates;
  if (completion.file_names) std::tie(completion.candidates, shown) = file_candidates(begun);

  std::vector<std::string> words;
  state->candidates.clear();
  for (std::size_t i = 0; i < std::min(completion.candidates.size(), limits::kCandidates); ++i) {
    const std::string& word = completion.candidates[i];
    if (!word.starts_with(begun) || !is_printable(word)) continue;
    // From where readline replaces on; the host's word may begin before that, or behind.
    words.push_back(completion.start < start
                        ? word.substr(start - completion.start)
                        : std::string(line.substr(start, completion.start - start)) + word);
    state->candidates.push_back(shown[i]);
  }
  return matches_of(words);
}

char** completions(const char* /*text*/, int start, int /*end*/) noexcept {
  rl_attempted_completion_over = 1;
  rl_completion_append_character = ' ';
  return complete_word(static_cast<std::size_t>(start));
}

void list_completions(char** /*matches*/, int /*count*/, int /*longest*/) noexcept {
  state->owner.list(state->candidates);
}

// ---- set up

File opened(FILE* file, const char* what) {
  if (file == nullptr) throw Failure(exit_code::kOutput, std::string("cannot open ") + what);
  return File(file);
}

/// Text is UTF-8 here whatever the locale says, and readline asks the locale. It looks at the environment by
/// itself.
void use_utf8() {
  std::setlocale(LC_CTYPE, "");
  if (std::strcmp(nl_langinfo(CODESET), "UTF-8") == 0) return;
  setenv("LC_ALL", "C.UTF-8", 1);
  std::setlocale(LC_CTYPE, "C.UTF-8");
}

std::string setting(const char* name) {
  const char* const value = rl_variable_value(name);
  return value != nullptr ? value : "";
}

void set(const char* name, const char* value) { rl_variable_bind(name, value); }

void set_hooks() {
  static char blanks[] = " \t\n";
  rl_readline_name = "p2psig";
  rl_catch_signals = 0;
  rl_catch_sigwinch = 0;
  rl_change_environment = 0;
  rl_prep_term_function = nullptr;
  rl_deprep_term_function = nullptr;
  rl_getc_function = next_byte;
  rl_input_available_hook = bytes_left;
  rl_attempted_completion_function = completions;
  rl_completion_display_matches_hook = list_completions;
  rl_basic_word_break_characters = blanks;
  rl_completer_word_break_characters = blanks;
  rl_sort_completion_matches = 0;
}

/// The bell goes to stderr, whichever that is.
bool shows_bell(int input) {
  struct stat terminal {};
  struct stat errors {};
  return fstat(input, &terminal) == 0 && fstat(STDERR_FILENO, &errors) == 0 &&
         terminal.st_rdev == errors.st_rdev && S_ISCHR(errors.st_mode);
}

}  // namespace

Readline::Readline(int input, Owner& owner, const std::vector<std::string>& history) {
  assert(!state);
  use_utf8();
  state = std::make_unique<LineState>(
      LineState{owner, opened(fdopen(fcntl(input, F_DUPFD_CLOEXEC, 0), "r"), "the terminal for readline"),
                opened(fopen("/dev/null", "we"), "/dev/null")});
  rl_instream = state->input.get();
  rl_outstream = state->output.get();
  set_hooks();
  rl_initialize();
  rl_redisplay_function = show_nothing;  // from before, readline would not look the terminal's keys up
  set("blink-matching-paren", "off");    // it waits, half a second
  rl_tty_set_echoing(shows_bell(input) ? 1 : 0);

  using_history();
  for (const std::string& line : history) add_history(line.c_str());
  stifle_history(static_cast<int>(limits::kHistoryLines));
  rl_callback_handler_install("", entered);
}

Readline::~Readline() {
  rl_callback_sigcleanup();
  rl_callback_handler_remove();
  rl_free_line_state();
  clear_history();
  rl_instream = nullptr;
  rl_outstream = nullptr;
  state.reset();
}

void Readline::type(std::string_view key) {
  state->keys = key;
  while (!state->keys.empty()) rl_callback_read_char();
}

void Readline::complete_again() {
  const auto incomplete = std::exchange(state->incomplete, std::nullopt);
  if (incomplete && incomplete->first == line() && incomplete->second == cursor()) rl_complete_internal('\t');
}

void Readline::insert(const std::string& text) {
  if (RL_ISSTATE(RL_STATE_ISEARCH | RL_STATE_VIMOTION | RL_STATE_CHARSEARCH | RL_STATE_NUMERICARG)) {
    rl_callback_sigcleanup();
    rl_clear_message();
  }
  rl_insert_text(text.c_str());
}

void Readline::interrupt() {
  if (rl_end == 0 && !RL_ISSTATE(RL_STATE_ISEARCH | RL_STATE_NSEARCH | RL_STATE_NUMERICARG)) {
    state->end = true;
    return;
  }
  rl_callback_sigcleanup();
  rl_free_line_state();
  rl_callback_handler_remove();
  rl_callback_handler_install("", entered);
}

std::optional<Readline::Line> Readline::take_line() {
  if (state->lines.empty()) return std::nullopt;
  Line line = std::move(state->lines.front());
  state->lines.pop_front();
  return line;
}

bool Readline::take_end() noexcept { return std::exchange(state->end, false); }

bool Readline::take_clear_screen() noexcept {
  if (rl_last_func != rl_clear_screen && rl_last_func != rl_clear_display) return false;
  rl_last_func = nullptr;
  return true;
}

std::string_view Readline::line() const noexcept {
  return {rl_line_buffer, static_cast<std::size_t>(rl_end)};
}

std::size_t Readline::cursor() const noexcept { return static_cast<std::size_t>(rl_point); }

std::optional<std::string> Readline::message() const {
  if (rl_display_prompt == rl_prompt) return std::nullopt;
  return rl_display_prompt;
}

std::string Readline::mode() const {
  if (setting("show-mode-in-prompt") != "on") return {};
  if (rl_editing_mode != 0) return setting("emacs-mode-string");
  return setting(rl_get_keymap() == vi_movement_keymap ? "vi-cmd-mode-string" : "vi-ins-mode-string");
}

bool Readline::wants_bracketed_paste() const { return setting("enable-bracketed-paste") == "on"; }

std::string line_editor_version() { return std::string("readline ") + rl_library_version; }

}  // namespace p2psig

#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <optional>
#include <sstream>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "cmd/failure.hpp"
#include "cmd/terminal/line_editor.hpp"

/// A program around the line editor, for its tests: what is typed is printed back, and says what to do.
///
///     say TEXT            prints TEXT
///     burst N BYTES       prints N lines of BYTES bytes, in one turn of the loop
///     stream N BYTES      the same, one in each turn
///     prompt TEXT         sets the prompt
///     signal N            sends itself a signal
///     quit                ends
///
/// $PROMPT, $GREETING, and what Tab offers, $WORDS and $ROOMS with `|` between, are the environment's.
/// Behind "/later ", it is offered on SIGUSR1 only, once.
/// On SIGUSR1 it prints "a message arrives N".
namespace p2psig {
namespace {

std::vector<std::string> words_of(std::string_view text) {
  std::vector<std::string> words;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('|'), text.size());
    words.emplace_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return words;
}

std::string variable(const char* name) {
  const char* const value = std::getenv(name);
  return value != nullptr ? value : "";
}

std::string numbered(std::size_t number, std::size_t bytes) {
  std::string text = "line " + std::to_string(number) + " ";
  text.resize(std::max(bytes, text.size()), '.');
  return text;
}

class Program final : private LineEditor::Host {
 public:
  explicit Program(EventLoop& loop)
      : loop_(loop),
        message_(loop, SIGUSR1,
                 [this](int) {
                   known_ = true;
                   editor_->complete_again();
                   editor_->print("a message arrives " + std::to_string(++messages_));
                 }),
        ended_(loop, SIGTERM, [&loop](int) { loop.stop(); }),
        editor_(make_line_editor(loop, *this,
                                 {.prompt = prompt(), .history_file = history_file_from_environment()})),
        stream_(loop, [this] { print_next(); }) {
    editor_->print(variable("GREETING"));
  }

 private:
  static std::string prompt() {
    const std::string chosen = variable("PROMPT");
    return chosen.empty() ? "lobby(3)> " : chosen;
  }

  void line(std::string_view line) noexcept override {
    const std::string text(line);
    const auto argument = [&text](std::string_view command) -> std::optional<std::string> {
      if (!text.starts_with(std::string(command) + " ")) return std::nullopt;
      return text.substr(command.size() + 1);
    };
    unsigned long count = 0;
    unsigned long bytes = 0;
    if (text == "quit") return loop_.stop();
    if (const auto said = argument("say")) return editor_->print(*said);
    if (const auto number = argument("signal")) return static_cast<void>(std::raise(std::stoi(*number)));
    if (const auto chosen = argument("prompt")) return editor_->set_prompt(*chosen);
    std::string how;
    std::istringstream(text) >> how >> count >> bytes;
    if (bytes != 0 && how == "burst") {
      for (std::size_t i = 1; i <= count; ++i) editor_->print(numbered(i, bytes));
      return;
    }
    if (bytes != 0 && how == "stream") {
      left_ = count;
      bytes_ = bytes;
      return stream_.start(Milliseconds{1}, Milliseconds{1});
    }
    std::string entered = "entered <" + text + ">";
    for (std::size_t at = entered.find('\n'); at != std::string::npos; at = entered.find('\n', at))
      entered.replace(at, 1, "/");
    editor_->print(entered);
  }

  void end() noexcept override { loop_.stop(); }
  void stopped(int /*signal*/) noexcept override { loop_.stop(); }

  Completion complete(std::string_view line, std::size_t cursor) noexcept override {
    Completion completion;
    const std::size_t blank = line.substr(0, cursor).rfind(' ');
    completion.start = blank == std::string_view::npos ? 0 : blank + 1;
    if (line.substr(completion.start).starts_with('@')) {
      ++completion.start;
      completion.file_names = true;
    } else if (line.starts_with("/join ")) {  // a room's name may have blanks in it
      completion.start = 6;
      completion.candidates = words_of(variable("ROOMS"));
    } else if (line.starts_with("/later ") && !std::exchange(known_, false)) {
      completion.later = true;
    } else {
      completion.candidates = words_of(variable("WORDS"));
    }
    return completion;
  }

  void print_next() {
    editor_->print(numbered(++printed_, bytes_));
    if (--left_ == 0) stream_.stop();
  }

  EventLoop& loop_;
  SignalWatch message_;
  SignalWatch ended_;
  std::unique_ptr<LineEditor> editor_;
  Ticker stream_;
  bool known_ = false;
  std::size_t messages_ = 0;
  std::size_t left_ = 0;
  std::size_t bytes_ = 0;
  std::size_t printed_ = 0;
};

}  // namespace
}  // namespace p2psig

int main() {
  using namespace p2psig;
  try {
    EventLoop loop;
    {
      const Program program(loop);
      loop.run();
    }
    std::puts("ended");
    return 0;
  } catch (const Failure& failure) {
    std::fprintf(stderr, "editor_program: %s\n", failure.what());
    return failure.code();
  } catch (const std::exception& error) {
    std::fprintf(stderr, "editor_program: %s\n", error.what());
    return 1;
  }
}

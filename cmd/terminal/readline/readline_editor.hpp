#pragma once

#include <uv.h>

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cmd/net/event_loop.hpp"
#include "cmd/terminal/editor/backlog.hpp"
#include "cmd/terminal/editor/history_file.hpp"
#include "cmd/terminal/editor/key_stream.hpp"
#include "cmd/terminal/editor/line_view.hpp"
#include "cmd/terminal/editor/screen.hpp"
#include "cmd/terminal/editor/tty.hpp"
#include "cmd/terminal/line_editor.hpp"
#include "cmd/terminal/readline/readline.hpp"

namespace p2psig {

/// Readline changes the line, LineView shows it, lines from elsewhere go above it. Needs a terminal that
/// understands ECMA-48's cursor movements: any but TERM=dumb.
///
/// Keys are read only while the terminal takes output: what they cause has somewhere to go then. In the
/// background of a shell it leaves the terminal alone, but for the lines that arrive.
class ReadlineEditor final : public LineEditor, private Readline::Owner {
 public:
  ReadlineEditor(EventLoop& loop, Host& host, const Options& options);
  ~ReadlineEditor() override;

  void print(std::string_view text) override { backlog_.add(text); }
  void complete_again() override;
  void set_prompt(std::string_view prompt) override;

 private:
  Completion complete(std::string_view line, std::size_t cursor) noexcept override;
  void list(std::vector<std::string> candidates) noexcept override;

  void listen(int events);
  void read_keys();
  void handle_keys();
  void handle(const KeyStream::Event& event);
  bool hand_over();
  void end_input();

  void show();
  void show_when_ready();
  [[nodiscard]] std::string drawn_line();

  void take_terminal();
  void leave_terminal();
  void stop_by(int signal, pid_t whom);
  void watch_job_signals();
  void look_for_terminal();

  EventLoop& loop_;
  Host& host_;
  Tty tty_;
  HistoryFile history_;
  Readline readline_;
  KeyStream keys_;
  Backlog backlog_;
  LineView view_;
  ScreenSize size_;
  std::string prompt_;
  bool taken_ = false;    // the terminal
  bool changed_ = true;   // what view_ shows is not what it should
  bool cleared_ = false;  // the screen is to be, first
  bool keys_wait_ = false;

  Screen screen_;
  TurnEnd turn_end_;
  Ticker escape_;      // runs while Escape may be the beginning of a sequence
  Ticker rest_;        // of the keys that one read gave
  Ticker background_;  // looks whether this process is in the foreground again
  SignalWatch resized_;
  SignalWatch interrupted_;
  SignalWatch hung_up_;
  std::optional<SignalWatch> stopped_;
  std::optional<SignalWatch> continued_;
  UvHandle<uv_poll_t> input_;
};

}  // namespace p2psig

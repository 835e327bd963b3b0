#pragma once

#include <uv.h>

#include <string>
#include <string_view>

#include "cmd/net/event_loop.hpp"
#include "cmd/terminal/editor/backlog.hpp"
#include "cmd/terminal/editor/screen.hpp"
#include "cmd/terminal/editor/tty.hpp"
#include "cmd/terminal/line_editor.hpp"

namespace p2psig {

/// Leaves the editing to the terminal, whose modes it does not change: no prompt, no completion, no history,
/// and Ctrl-C always ends. What is printed while a line is being typed appears behind it.
class PlainEditor final : public LineEditor {
 public:
  PlainEditor(EventLoop& loop, Host& host, bool reads_input);
  ~PlainEditor() override;

  void print(std::string_view text) override { backlog_.add(text); }
  void complete_again() override {}
  void set_prompt(std::string_view /*prompt*/) override {}

 private:
  void write_waiting();
  void read_input();
  void end_input();

  Host& host_;
  Tty tty_;
  Backlog backlog_;
  Screen screen_;
  TurnEnd turn_end_;
  SignalWatch interrupted_;
  SignalWatch hung_up_;
  std::string typed_;
  UvHandle<uv_poll_t> input_;
};

}  // namespace p2psig

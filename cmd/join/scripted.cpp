#include "cmd/join/scripted.hpp"

#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <cstdio>
#include <memory>
#include <optional>
#include <string>
#include <system_error>

#include "cmd/command_line.hpp"
#include "cmd/failure.hpp"
#include "cmd/join/input_lines.hpp"
#include "cmd/join/record.hpp"
#include "cmd/join/room_client.hpp"
#include "cmd/output.hpp"
#include "cmd/time_text.hpp"
#include "core/client/json_lines.hpp"
#include "core/protocol/envelope.hpp"
#include "core/protocol/limits.hpp"
#include "core/text.hpp"

namespace p2psig {
namespace {

class Scripted final : private RoomClient::Face, private InputLines::Host {
 public:
  Scripted(const JoinOptions& options, Milliseconds used)
      : options_(options),
        output_(loop_, STDOUT_FILENO, [this](int error) { cannot_write(error, "stdout"); }),
        client_(loop_, options, options.reconnects.value_or(0), *this),
        script_(options.script),
        input_(loop_, *this),
        turn_end_(loop_, [this] { end_turn(); }),
        timeout_(loop_, [this] { finish(exit_code::kTimeout, "--timeout expired" + what_is_missing()); }),
        done_(loop_, [this] { check_done(); }),
        interrupt_(loop_, SIGINT, [this](int signal) { stopped_by(signal); }),
        terminate_(loop_, SIGTERM, [this](int signal) { stopped_by(signal); }) {
    if (!options.record_file.empty())
      record_ = std::make_unique<Record>(loop_, options.record_file,
                                         [this](int error) { cannot_write(error, options_.record_file); });
    if (options.timeout) timeout_.start(std::max(*options.timeout - used, Milliseconds{1}), Milliseconds{0});
  }

  int run() {
    client_.connect();
    if (options_.script.reads_input) input_.start();
    loop_.run();
    return code_;
  }

 private:
  void opened(Milliseconds /*took*/) override {
    write(json_line::open(utc_now(), client_.view().id()));
    opened_ = true;
    was_in_ = false;
  }

  void incoming(std::uint64_t number, std::string_view text, const server_message::Any& message,
                const Signal& /*signal*/) override {
    write(json_line::message(utc_now(), true, number, text));
    const Milliseconds now = loop_.now();
    const auto* const error = std::get_if<server_message::Error>(&message);
    if (error != nullptr && !client_.is_ready()) return refused(*error);
    if (error != nullptr && options_.fail_on_error)
      return finish(exit_code::kProtocol, "the server sent an error: " + in_words(*error));
    if (client_.is_ready() && was_in_)
      script_.incoming(now, server_message::type_of(message), server_message::is_from_peer(message));
    if (client_.is_ready()) {
      was_in_ = true;
      script_.ready(now);
      script_.peers(now, client_.view().peers());
    }
  }

  /// Not before: what is wrong with a message counts for more than that it was waited for.
  void handled() override { go_on(); }

  void outgoing(std::uint64_t number, std::string_view text, const Signal& /*signal*/) override {
    write(json_line::message(utc_now(), false, number, text));
  }

  void found(const Finding& finding) override {
    const std::string line = json_line::finding(utc_now(), finding);
    write(line);
    if (std::find(options_.fail_on.begin(), options_.fail_on.end(), finding.code) != options_.fail_on.end())
      finish(exit_code::kFalse,
             json_line::sentence(finding) + " (" + std::string(name_of(finding.code)) + ")");
  }

  void pong(Milliseconds /*round_trip*/) override {}
  void drained() override { go_on(); }
  void nonsense(const std::string& what) override { finish(exit_code::kProtocol, what); }

  void ended(const ConnectionEnd& end, std::optional<Milliseconds> again_in) override {
    const bool was_open = std::exchange(opened_, false);
    const bool was_in = std::exchange(was_in_, false);
    if (was_open) write(json_line::close(utc_now(), end.code, end.reason));
    script_.lost();
    if (finishing_) {
      closed_ = true;
      return;
    }
    const std::string what = in_words(end);
    if (again_in) return say(what + "; connecting again in " + std::to_string(again_in->count()) + " ms");
    if (options_.reconnects) return finish(exit_code::kLost, what);
    switch (end.kind) {
      case ConnectionEnd::Kind::not_connected:
        return finish(exit_code::kNetwork, what);
      case ConnectionEnd::Kind::refused:
        return finish(exit_code::kProtocol, what);
      case ConnectionEnd::Kind::cut_short:
        return finish(exit_code::kLost, what);
      case ConnectionEnd::Kind::closed:
        break;
    }
    const bool nonsense = end.code != kNoCloseFrame && !end.what.empty();  // what it sent was not fit to read
    const bool lost = !nonsense && (was_in || end.code == 1001 || end.code == kNoCloseFrame);
    finish(lost ? exit_code::kLost : exit_code::kProtocol, what);
  }

  void input_line(std::string_view line, std::uint64_t number) override {
    if (finishing_) return;
    const std::string where = "line " + std::to_string(number) + " of stdin";
    if (!input_fault_.empty()) return;
    if (options_.observe)
      return finish(exit_code::kUsage, where + ": an observer cannot send anything (--observe)");
    if (!scan_envelope(line, kAnyNesting))
      return input_failed(where + " is not a JSON object; neither it nor what follows was sent");
    script_.line(loop_.now(), std::string(line));
    go_on();
  }

  void input_ended() override {
    script_.input_ended(loop_.now());
    go_on();
  }

  /// What came before it is sent all the same.
  void input_failed(const std::string& what) override {
    input_fault_ = what;
    script_.input_ended(loop_.now());
    go_on();
  }

  void refused(const server_message::Error& error) {
    finish(exit_code::kProtocol,
           "the server refused " +
               std::string(options_.observe ? "to let anybody observe " : "the join of ") +
               printable(options_.room) + ": " + in_words(error));
  }

  static std::string in_words(const server_message::Error& error) {
    return printable(error.code) + (error.detail.empty() ? "" : ": " + printable(error.detail));
  }

  static std::string in_words(const ConnectionEnd& end) {
    if (!end.what.empty()) return printable(end.what);
    return "the server closed the connection: " + std::to_string(end.code) +
           (end.reason.empty() ? "" : " " + printable(end.reason));
  }

  [[nodiscard]] std::string what_is_missing() const {
    if (!opened_) return ": not connected yet";
    if (!was_in_ && !options_.room.empty()) return ": not in the room yet";
    const std::string missing = script_.missing();
    return missing.empty() ? "" : ": still waiting for " + missing;
  }

  /// Sends what may be sent, reads what there is room for, and looks whether that was all.
  void go_on() {
    if (finishing_) return;
    client_.send_of(script_);
    if (finishing_) return;
    input_.pause(script_.waiting_bytes() + client_.unsent_bytes() > limits::kUnsentBytes);
    check_done();
  }

  void check_done() {
    if (finishing_) return;
    if (!input_fault_.empty() && script_.waiting_bytes() == 0 && client_.unsent_bytes() == 0)
      return finish(exit_code::kUsage, input_fault_);
    if (client_.is_done(script_)) return finish(exit_code::kDone, {});
    if (const auto at = script_.done_at(); at && *at > loop_.now())
      done_.start(*at - loop_.now(), Milliseconds{0});
  }

  void stopped_by(int signal) {
    if (finishing_) _exit(exit_code::kSignalled + signal);
    finish(exit_code::kSignalled + signal, {});
  }

  void cannot_write(int error, const std::string& where) {
    if (where == "stdout") end_if_pipe_closed(error);
    finish(exit_code::kOutput, "cannot write to " + where + ": " + std::generic_category().message(error));
  }

  void write(const std::string& line) {
    output_.write(line);
    if (record_) record_->write(line);
  }

  static void say(const std::string& what) { std::fprintf(stderr, "p2psig: %s\n", what.c_str()); }

  /// The first reason to end is the one that counts.
  void finish(int code, const std::string& why) {
    if (finishing_) return;
    finishing_ = true;
    code_ = code;
    if (!why.empty()) say(why);
    if (!client_.close()) closed_ = true;
  }

  /// A reader that is slower than the room holds the room up, not the memory.
  void end_turn() {
    client_.hold_up(std::max(output_.waiting_bytes(), record_ ? record_->waiting_bytes() : 0));
    if (finishing_ && closed_ && output_.idle() && (!record_ || record_->idle())) loop_.stop();
  }

  const JoinOptions& options_;
  EventLoop loop_;
  Output output_;
  std::unique_ptr<Record> record_;
  RoomClient client_;
  JoinScript script_;
  InputLines input_;
  TurnEnd turn_end_;
  Ticker timeout_;
  Ticker done_;
  SignalWatch interrupt_;
  SignalWatch terminate_;
  bool opened_ = false;
  bool was_in_ = false;  // the room, over this connection
  bool closed_ = false;
  bool finishing_ = false;
  std::string input_fault_;  // found once what came before it has been sent
  int code_ = exit_code::kDone;
};

}  // namespace

int join_scripted(const JoinOptions& options, Milliseconds used) {
  // Not destroyed: a read of stdin that waits can neither be cancelled nor waited for.
  auto* const scripted = new Scripted(options, used);
  return scripted->run();
}

}  // namespace p2psig

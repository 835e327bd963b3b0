#include "cmd/join/interactive.hpp"

#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <memory>
#include <optional>
#include <string>
#include <system_error>
#include <utility>

#include "cmd/failure.hpp"
#include "cmd/files.hpp"
#include "cmd/join/completion.hpp"
#include "cmd/join/record.hpp"
#include "cmd/join/room_client.hpp"
#include "cmd/net/http_get.hpp"
#include "cmd/terminal/line_editor.hpp"
#include "cmd/time_text.hpp"
#include "core/client/commands.hpp"
#include "core/client/json_lines.hpp"
#include "core/client/render.hpp"
#include "core/client/shown_types.hpp"
#include "core/protocol/envelope.hpp"
#include "core/protocol/limits.hpp"
#include "core/protocol/status_reader.hpp"
#include "core/text.hpp"

namespace p2psig {
namespace {

using Verb = Command::Verb;

constexpr Milliseconds kStatusPatience{10'000};
constexpr Milliseconds kRoomsKnown{1'000};  // Tab after that asks the server again

class Interactive final : private RoomClient::Face, private LineEditor::Host {
 public:
  Interactive(const JoinOptions& options, Milliseconds used)
      : options_(options),
        client_(loop_, options, options.reconnects.value_or(kReconnectForEver), *this),
        render_(client_.view(), wants_colour(options.colour, STDOUT_FILENO)),
        script_(options.script),
        turn_end_(loop_, [this] { end_turn(); }),
        timeout_(loop_, [this] { finish(exit_code::kTimeout, "--timeout expired"); }),
        done_(loop_, [this] { check_done(); }),
        terminate_(loop_, SIGTERM, [this](int signal) { stopped(signal); }) {
    if (!options.record_file.empty()) start_record(options.record_file);
    if (options.timeout) timeout_.start(std::max(*options.timeout - used, Milliseconds{1}), Milliseconds{0});
    editor_ = make_line_editor(loop_, *this,
                               {prompt_text(), history_file_from_environment(), options.script.reads_input});
  }

  int run() {
    client_.connect();
    loop_.run();
    editor_.reset();
    if (!last_words_.empty()) std::fprintf(stderr, "p2psig: %s\n", last_words_.c_str());
    if (!is_recorded()) _exit(code_);  // a thread waits for who does not read the recording
    return code_;
  }

 private:
  // What happens.
  void opened(Milliseconds took) override {
    record(json_line::open(utc_now(), client_.view().id()));
    print(render_.connected(options_.connect.address.websocket_url(), took.count()));
    if (client_.room().empty()) script_.ready(loop_.now());
    update_prompt();
  }

  void incoming(std::uint64_t number, std::string_view text, const server_message::Any& message,
                const Signal& signal) override {
    record(json_line::message(utc_now(), true, number, text));
    show(message, signal);
    const Milliseconds now = loop_.now();
    if (const auto* error = std::get_if<server_message::Error>(&message)) {
      if (options_.fail_on_error)
        return finish(exit_code::kProtocol, "the server sent an error: " + printable(error->code));
      if (asked_for_room_ && !client_.is_ready()) join_refused(*error);
    }
    if (client_.is_ready()) {
      if (std::exchange(in_room_, true))
        script_.incoming(now, server_message::type_of(message), server_message::is_from_peer(message));
      else
        script_.ready(now);
      script_.peers(now, client_.view().peers());
    }
    update_prompt();
  }

  /// Not before: what is wrong with a message counts for more than that it was waited for.
  void handled() override {
    go_on();
    update_prompt();
  }

  void outgoing(std::uint64_t number, std::string_view text, const Signal& signal) override {
    record(json_line::message(utc_now(), false, number, text));
    if (const SeenMessage* const seen = client_.view().seen(number)) print_message(*seen, signal, false);
  }

  void found(const Finding& finding) override {
    record(json_line::finding(utc_now(), finding));
    print(render_.finding(clock_now(), finding));
    if (std::find(options_.fail_on.begin(), options_.fail_on.end(), finding.code) != options_.fail_on.end())
      finish(exit_code::kFalse, render_.sentence(finding) + " (" + std::string(name_of(finding.code)) + ")");
  }

  void pong(Milliseconds round_trip) override {
    if (!std::exchange(wants_pong_, false)) return;
    note("the server answered in " + std::to_string(round_trip.count()) + " ms");
  }
  void drained() override { go_on(); }
  void nonsense(const std::string& what) override { finish(exit_code::kProtocol, what); }

  void ended(const ConnectionEnd& end, std::optional<Milliseconds> again_in) override {
    if (end.kind == ConnectionEnd::Kind::closed) record(json_line::close(utc_now(), end.code, end.reason));
    if (finishing_) closed_ = true;
    in_room_ = false;
    script_.lost();
    if (!finishing_) {
      std::string what = !end.what.empty() ? end.what
                                           : "the connection was closed: " + std::to_string(end.code) +
                                                 (end.reason.empty() ? "" : " " + end.reason);
      if (again_in && again_in->count() == 0)
        what = "connecting again";
      else if (again_in)
        what += "; connecting again in " + seconds_text(*again_in) + " s";
      else
        what += "; offline now (/reconnect tries again)";
      note(what);
    }
    update_prompt();
  }

  void show(const server_message::Any& message, const Signal& signal) {
    const std::string time = clock_now();
    if (std::holds_alternative<server_message::RoomPeers>(message)) return print(render_.entered(time));
    if (const auto* left = std::get_if<server_message::RoomLeft>(&message))
      return print(render_.left_room(time, left->room));
    if (const auto* joined = std::get_if<server_message::PeerJoined>(&message))
      return print(render_.peer_joined(time, joined->peer));
    if (const auto* left = std::get_if<server_message::PeerLeft>(&message))
      return print(render_.peer_left(time, left->peer));
    if (const auto* error = std::get_if<server_message::Error>(&message))
      return print(render_.error(time, *error));
    if (const auto* missed = std::get_if<server_message::ObservedMissed>(&message))
      return print(render_.missed(time, missed->count));
    if (const auto* observed = std::get_if<server_message::Observed>(&message))
      return print_message(client_.view().history().back(), signal, observed->undeliverable);
    if (std::holds_alternative<server_message::Relayed>(message))
      print_message(client_.view().history().back(), signal, false);
  }

  void print_message(const SeenMessage& seen, const Signal& signal, bool undeliverable) {
    if (!shown_types_.includes(seen.type)) return;
    const auto changed = render_.raw ? std::nullopt : render_.changes_of(seen, signal);
    print(render_.message(seen, signal, changed, undeliverable));
  }

  void join_refused(const server_message::Error& error) {
    asked_for_room_ = false;
    if (options_.observe || client_.room() == options_.room)
      note("the server refused " +
           std::string(options_.observe ? "to let anybody observe " : "the join of ") + client_.room() +
           ": " + error.code);
    if (options_.observe)
      finish(exit_code::kProtocol, "the server refused to let anybody observe: " + error.code);
  }

  // What is typed.
  void line(std::string_view text) noexcept override {
    try {
      const auto command = parse_command(text, client_.view());
      if (!command) return note(command.error().what);
      obey(*command);
      update_prompt();
    } catch (const Failure& failure) {
      note(failure.what());
    } catch (const std::exception& error) {
      finish(exit_code::kNetwork, std::string("unexpected: ") + error.what());
    }
  }

  void end() noexcept override { end_with(exit_code::kDone); }
  void stopped(int signal) noexcept override { end_with(exit_code::kSignalled + signal); }

  Completion complete(std::string_view line, std::size_t cursor) noexcept override {
    try {
      const bool known = rooms_told_ && loop_.now() - *rooms_told_ < kRoomsKnown;
      Completion completion = complete_line(line, cursor, client_.view(), known ? &rooms_ : nullptr);
      if (completion.later) ask_status(false);
      return completion;
    } catch (const std::exception&) {
      return {};
    }
  }

  void obey(const Command& command) {
    switch (command.verb) {
      case Verb::nothing:
        return;
      case Verb::send:
        return send(command.file.empty() ? command.text : content_of(command));
      case Verb::offer:
      case Verb::answer:
      case Verb::ice:
        return send_composed(command);
      case Verb::peers:
        if (!client_.is_open()) return note("not connected: nobody is known");
        return print(render_.peers());
      case Verb::join:
        asked_for_room_ = true;
        if (options_.observe) return note("an observer cannot join: start another p2psig join");
        return client_.enter(command.text);
      case Verb::leave:
        if (client_.view().room().empty()) return note("in no room");
        return client_.enter({});
      case Verb::show: {
        const SeenMessage* const seen = client_.view().seen(command.number);
        if (seen == nullptr)
          return note("message #" + std::to_string(command.number) + " is not among the last ones");
        return print(render_.whole(*seen));
      }
      case Verb::filter:
        shown_types_ = ShownTypes(command.types);
        return note(command.types.empty() ? "all messages are shown"
                                          : "only these types are shown; joins, leaves and errors always");
      case Verb::raw:
        render_.raw = command.on;
        return note(command.on ? "messages as JSON" : "messages in words");
      case Verb::pair:
        return print(render_.pair(command.peer, command.other));
      case Verb::record:
        if (command.text.empty()) {
          recording_ = false;
          return note("nothing is recorded");
        }
        start_record(command.text);
        return note("recording to " + command.text);
      case Verb::ping:
        if (!client_.is_open()) return note("not connected");
        wants_pong_ = true;
        return client_.ping();
      case Verb::status:
        return ask_status(true);
      case Verb::reconnect:
        return client_.reconnect();
      case Verb::help:
        return print(help_text());
      case Verb::quit:
        return finish(exit_code::kDone, {});
    }
  }

  /// Of the server: its rooms are what /join completes to.
  void ask_status(bool shown) {
    show_status_ = show_status_ || shown;
    if (asking_status_) return;
    asking_status_ = true;
    status_ = std::make_unique<HttpGet>(loop_, options_.connect, "status", kStatusPatience,
                                        [this](const HttpGetResult& result) { got_status(result); });
  }

  void got_status(const HttpGetResult& result) {
    asking_status_ = false;
    take_status(result, std::exchange(show_status_, false));
    rooms_told_ = loop_.now();
    editor_->complete_again();
  }

  void take_status(const HttpGetResult& result, bool shown) {
    if (!result) {
      if (shown) note(result.error().what);
      return;
    }
    const auto report = read_status(result->body);
    if (!report) {
      if (shown) note("the status is not what it should be: " + report.error().what);
      return;
    }
    rooms_.clear();
    for (const StatusReport::Room& room : report->rooms) rooms_.push_back(room.name);
    if (shown) print(render_.status(options_.connect.address.http_url(), *report));
  }

  void send(const std::string& message) {
    if (!client_.is_open()) return note("not connected: nothing was sent");
    if (options_.observe) return note("an observer cannot send anything");
    const auto read = scan_envelope(message, kAnyNesting);
    if (!read) return note("this is not a JSON object: nothing was sent");
    if (client_.unsent_bytes() > limits::kUnsentBytes) return note("too much is waiting to be sent already");
    client_.send(message);
  }

  void send_composed(const Command& command) {
    const auto message = compose(command, command.file.empty() ? command.text : content_of(command));
    if (!message) return note(message.error().what);
    send(*message);
  }

  static std::string content_of(const Command& command) {
    return read_file(command.file, "what to send", limits::kMessageFileBytes);
  }

  // The end.
  void go_on() {
    if (finishing_) return;
    client_.send_of(script_);
    if (!script_.has_conditions() && options_.script.reads_input) return;  // people end it themselves
    script_.input_ended(loop_.now());
    check_done();
  }

  void check_done() {
    if (finishing_) return;
    if (client_.is_done(script_)) return finish(exit_code::kDone, {});
    if (const auto at = script_.done_at(); at && *at > loop_.now())
      done_.start(*at - loop_.now(), Milliseconds{0});
  }

  /// The second time, without waiting for a server or a recording.
  void end_with(int code) {
    if (finishing_) return loop_.stop();
    finish(code, {});
  }

  void finish(int code, const std::string& why) {
    if (finishing_) return;
    finishing_ = true;
    code_ = code;
    last_words_ = why;
    if (!client_.close()) closed_ = true;
  }

  void end_turn() {
    std::size_t waiting = 0;
    for (const auto& record : records_) waiting += record->waiting_bytes();
    client_.hold_up(waiting);
    const auto old_ones = records_.end() - (recording_ ? 1 : 0);
    records_.erase(std::remove_if(records_.begin(), old_ones, is_written), old_ones);
    if (finishing_ && closed_ && is_recorded()) loop_.stop();
  }

  static bool is_written(const std::unique_ptr<Record>& record) { return record->idle(); }
  [[nodiscard]] bool is_recorded() const { return std::all_of(records_.begin(), records_.end(), is_written); }

  void start_record(const std::string& name) {
    const auto failed = [this, name](int error) {
      const std::string what = "cannot write to " + name + ": " + std::generic_category().message(error);
      if (name == options_.record_file) return finish(exit_code::kOutput, what);
      note(what + "; nothing is recorded there any more");
    };
    records_.push_back(std::make_unique<Record>(loop_, name, failed));
    recording_ = true;
  }

  void record(const std::string& line) {
    if (recording_) records_.back()->write(line);
  }

  void print(const std::string& text) {
    if (editor_) editor_->print(text + "\n");
  }
  void note(std::string_view text) { print(render_.note(clock_now(), text)); }

  [[nodiscard]] std::string prompt_text() {
    return prompt(client_.view(), client_.room(), client_.is_open());
  }
  void update_prompt() {
    if (editor_) editor_->set_prompt(prompt_text());
  }

  const JoinOptions& options_;
  EventLoop loop_;
  RoomClient client_;
  Render render_;
  JoinScript script_;
  ShownTypes shown_types_;
  std::vector<std::string> rooms_;          // of the server, as it said last
  std::optional<Milliseconds> rooms_told_;  // when that was
  std::unique_ptr<HttpGet> status_;
  bool asking_status_ = false;
  bool show_status_ = false;
  std::vector<std::unique_ptr<Record>> records_;  // those before the last have yet to be written
  bool recording_ = false;                        // to the last one
  TurnEnd turn_end_;
  Ticker timeout_;
  Ticker done_;
  SignalWatch terminate_;
  std::unique_ptr<LineEditor> editor_;
  std::string last_words_;
  bool closed_ = false;
  bool in_room_ = false;
  bool asked_for_room_ = true;
  bool wants_pong_ = false;
  bool finishing_ = false;
  int code_ = exit_code::kDone;
};

}  // namespace

int join_interactive(const JoinOptions& options, Milliseconds used) {
  return Interactive(options, used).run();
}

}  // namespace p2psig

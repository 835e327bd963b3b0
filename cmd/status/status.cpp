#include "cmd/status/status.hpp"

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>

#include "cmd/command_line.hpp"
#include "cmd/environment.hpp"
#include "cmd/failure.hpp"
#include "cmd/net/event_loop.hpp"
#include "cmd/net/http_get.hpp"
#include "cmd/output.hpp"
#include "cmd/terminal/screen_size.hpp"
#include "cmd/time_text.hpp"
#include "core/client/status_json.hpp"
#include "core/protocol/status_reader.hpp"
#include "core/text.hpp"

namespace p2psig {
namespace {

/// What one request may take.
constexpr Milliseconds kReplyPatience{10'000};
/// Between two requests of --wait: short for what is about to happen, longer the longer it takes.
constexpr Milliseconds kWaitFirst{100};
constexpr Milliseconds kWaitLongest{1'000};
/// Until it is looked again whether what reads stdout has gone on.
constexpr Milliseconds kBusyPause{100};
/// The kernel echoes the ^C after it has sent its signal.
constexpr Milliseconds kEchoTime{50};

class Status {
 public:
  Status(const StatusOptions& options, Milliseconds used)
      : options_(options),
        on_terminal_(isatty(STDOUT_FILENO) == 1),
        redraws_(options.watch && on_terminal_ && !options.json && !options.quiet &&
                 variable("TERM") != "dumb"),
        layout_{options.connect.address.http_url(), options.predicate.room, options.order, std::nullopt,
                wants_colour(options.colour, STDOUT_FILENO)},
        output_(loop_, STDOUT_FILENO, [this](int error) { cannot_write(error); }),
        turn_end_(loop_, [this] { end_turn(); }),
        next_(loop_, [this] { ask(); }),
        timeout_(loop_, [this] { end(exit_code::kTimeout, "--timeout expired" + what_is_missing()); }),
        farewell_(loop_, [this] { take_leave(); }),
        interrupt_(loop_, SIGINT, [this](int signal) { stopped_by(signal); }),
        terminate_(loop_, SIGTERM, [this](int signal) { stopped_by(signal); }),
        resized_(loop_, SIGWINCH, [this](int) { draw_again(); }),
        continued_(loop_, SIGCONT, [this](int) {
          draw_again();
          drawn_ = false;  // a shell has written there meanwhile
        }) {
    const Milliseconds left = std::max(options.timeout.value_or(Milliseconds{0}) - used, Milliseconds{1});
    if (options.timeout) timeout_.start(left, Milliseconds{0});
    if (options.timeout && !options.wait && !options.watch)
      patience_ = left + kReplyPatience;  // it ends before
  }

  int run() {
    ask();
    loop_.run();
    return code_;
  }

 private:
  void ask() {
    if (!output_.idle() || table_) return next_.start(kBusyPause, Milliseconds{0});
    asked_us_ = now_us();
    try {
      request_ = std::make_unique<HttpGet>(loop_, options_.connect, "status", patience_,
                                           [this](HttpGetResult result) { got(std::move(result)); });
    } catch (const Failure& failure) {
      failed({failure.code(), failure.what()});
    }
  }

  void got(HttpGetResult result) {
    if (finishing_) return;
    took_ms_ = (now_us() - asked_us_ + 999) / 1000;
    if (!result) return failed(result.error());
    std::string document = std::move(result->body);
    auto report = read_status(document);
    if (!report)
      return failed({exit_code::kProtocol,
                     "what " + address() + " answered is not a status: " + printable(report.error().what)});
    report_ = std::move(*report);
    answered(std::move(document));
  }

  void answered(std::string document) {
    answered_before_ = true;
    const bool was_away = std::exchange(away_, false);
    const bool holds = options_.predicate.holds(*report_);
    if (options_.wait && !holds) {
      missing_ = options_.predicate.state(*report_);
      return ask_later();
    }
    if (options_.watch && was_away) note(address() + " answers again");
    if (!options_.quiet) show(std::move(document));
    if (options_.watch) return ask_later();
    finish(holds ? exit_code::kDone : exit_code::kFalse);
  }

  void show(std::string document) {
    if (options_.json) {
      report_.reset();  // as large as the document, or larger
      const std::string time = options_.watch ? utc_now() : "";
      output_.write(options_.predicate.room ? status_json::of_room(document, *options_.predicate.room, time)
                                            : status_json::whole(std::move(document), time));
      return;
    }
    document = {};
    if (redraws_) {
      stale_ = true;
      return;
    }
    if (on_terminal_) layout_.columns = screen_size(STDOUT_FILENO).columns;
    if (std::exchange(shown_, true)) output_.write("\n");
    table_.emplace(*report_, layout_, remark());
    next_line_ = 0;
  }

  /// A piece at a time: the text of a large report is as large again.
  void write_table() {
    constexpr std::size_t piece_bytes = 256UL * 1024;
    std::string piece;
    for (; next_line_ < table_->lines() && piece.size() < piece_bytes; piece += '\n')
      table_->append_line(piece, next_line_++);
    output_.write(std::move(piece));
    if (next_line_ == table_->lines()) table_.reset();
  }

  void draw() {
    ScreenSize size = screen_size(STDOUT_FILENO);
    const std::string before = std::exchange(drawn_, true) ? "" : cleared_screen(size.rows);
    constexpr std::size_t message_rows = 2;  // and the row of the cursor
    if (!notes_.empty()) size.rows -= std::min(message_rows, size.rows / 2);
    layout_.columns = std::max<std::size_t>(size.columns, 2) - 1;
    output_.write(before + picture_of(StatusTable(*report_, layout_, remark()), size.rows));
  }

  void draw_again() noexcept { stale_ = stale_ || drawn_; }

  [[nodiscard]] std::string remark() const {
    if (away_) return "no answer since " + away_since_;
    return on_terminal_ ? std::to_string(took_ms_) + " ms" : "";
  }

  void failed(const HttpGetFailure& failure) {
    if (!(options_.wait && failure.passes) && !(options_.watch && answered_before_))
      return end(failure.code, failure.what);
    missing_ = failure.what;
    if (!std::exchange(away_, true)) {
      constexpr std::size_t to_the_second = 8;
      away_since_ = clock_now().substr(0, to_the_second);
      if (options_.watch || !options_.quiet) note(failure.what + "; trying again");
      draw_again();
    }
    ask_later();
  }

  void ask_later() {
    if (options_.watch) {
      return next_.start(std::max(*options_.watch - since(asked_us_), Milliseconds{1}), Milliseconds{0});
    }
    next_.start(pause_, Milliseconds{0});
    pause_ = std::min(pause_ * 2, kWaitLongest);
  }

  // The end.
  void stopped_by(int signal) {
    const bool as_usual = signal == SIGINT && options_.watch && on_terminal_;
    if (as_usual && drawn_) return farewell_.start(kEchoTime, Milliseconds{0});
    end(as_usual ? exit_code::kDone : exit_code::kSignalled + signal, {});
  }

  /// Over the ^C below the picture.
  void take_leave() {
    constexpr std::string_view erase_line = "\r\x1b[K";
    if (output_.idle() && ::write(STDOUT_FILENO, erase_line.data(), erase_line.size()) < 0)
      return cannot_write(errno);
    end(exit_code::kDone, {});
  }

  void cannot_write(int error) {
    end_if_pipe_closed(error);
    end(exit_code::kOutput, "cannot write to stdout: " + std::generic_category().message(error));
  }

  [[nodiscard]] std::string what_is_missing() const {
    if (finishing_) return ": stdout is not read";
    if (options_.watch) return "";
    return ": " + (missing_.empty() ? address() + " has not answered" : missing_);
  }

  /// Once what was written has been taken.
  void finish(int code) {
    code_ = code;
    finishing_ = true;
  }

  void end(int code, const std::string& why) {
    if (!why.empty()) std::fprintf(stderr, "p2psig: %s\n", why.c_str());
    code_ = code;
    loop_.stop();
  }

  /// Below what is being written, where both go to a terminal.
  void note(const std::string& what) { notes_ += "p2psig: " + what + "\n"; }

  void end_turn() {
    if (!output_.idle()) return;
    if (table_) return write_table();
    if (std::exchange(stale_, false)) return draw();
    std::fputs(std::exchange(notes_, {}).c_str(), stderr);
    if (finishing_) loop_.stop();
  }

  [[nodiscard]] std::string address() const { return layout_.url; }

  const StatusOptions& options_;
  const bool on_terminal_;
  const bool redraws_;  // in one place
  StatusLayout layout_;
  EventLoop loop_;
  Output output_;
  TurnEnd turn_end_;
  Ticker next_;
  Ticker timeout_;
  Ticker farewell_;
  SignalWatch interrupt_;
  SignalWatch terminate_;
  SignalWatch resized_;
  SignalWatch continued_;
  Milliseconds patience_ = kReplyPatience;
  Milliseconds pause_ = kWaitFirst;
  std::unique_ptr<HttpGet> request_;
  std::uint64_t asked_us_ = 0;
  std::uint64_t took_ms_ = 0;
  std::optional<StatusReport> report_;  // the last one
  std::optional<StatusTable> table_;    // being written
  std::size_t next_line_ = 0;           // of it
  std::string missing_;                 // what --wait waits for
  std::string notes_;                   // not yet said
  std::string away_since_;
  bool answered_before_ = false;
  bool away_ = false;   // the server
  bool shown_ = false;  // a table
  bool drawn_ = false;  // a picture
  bool stale_ = false;  // the picture
  bool finishing_ = false;
  int code_ = exit_code::kDone;
};

}  // namespace

int status(const StatusOptions& options, std::uint64_t started_us) {
  std::signal(SIGPIPE, SIG_IGN);
  const Milliseconds used = since(started_us);
  // Not destroyed: a write that waits can neither be cancelled nor waited for.
  auto* const status = new Status(options, used);
  const int code = status->run();
  std::fflush(nullptr);
  _exit(code);
}

}  // namespace p2psig

#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "cmd/net/event_loop.hpp"
#include "cmd/net/http.hpp"
#include "cmd/serve/log_line.hpp"
#include "cmd/serve/log_writer.hpp"
#include "core/server/events.hpp"
#include "core/server/session.hpp"

namespace p2psig {

struct LogStyle {
  LogFormat format;
  LogLevel level;
  bool colour;  ///< of the pretty format only
};

/// What the server says on stderr. A level that is off costs a branch; a flood is cut short, and the number
/// of lines left out is said. Bodies are never logged: they hold addresses and ICE passwords. Thread: the
/// loop's.
class EventLog final : public Events {
 public:
  EventLog(EventLoop& loop, int fd, const LogStyle& style);

  void joined(const PeerId& peer, std::string_view room, std::size_t peers) override;
  void observes(const PeerId& peer, std::string_view room, std::size_t peers) override;
  void left(const PeerId& peer, std::string_view room, std::size_t peers) override;
  void relayed(const PeerId& from, std::string_view type, std::optional<std::string_view> to,
               std::size_t bytes) override;
  void rejected(const PeerId& from, ErrorCode code, std::string_view detail) override;

  void connected(const PeerId& client, int socket, std::size_t clients);
  void closed(const PeerId& client, const Ending& end, std::chrono::milliseconds after);
  /// An HTTP request or a handshake that was turned down.
  void refused(int socket, const Refusal& refusal);
  /// About the process itself.
  void note(LogLevel level, std::string_view what);
  /// A text of several lines, as it is.
  void banner(std::string_view text) { writer_.write(text); }

  /// Says how many lines were left out, if any were.
  void catch_up();
  /// All that was said has been written, or given up.
  [[nodiscard]] bool idle() const noexcept { return writer_.idle(); }

 private:
  [[nodiscard]] bool wants(LogLevel level) noexcept;
  [[nodiscard]] LogLine line(LogLevel level, std::string_view event) const;
  void write(LogLine& line);
  void write_pretty(std::string_view mark, const PeerId* client, std::string_view text,
                    std::string_view count = {});

  EventLoop& loop_;
  LogStyle style_;
  LogWriter writer_;
  Ticker catch_up_;
  double allowance_;  // lines that may be written now
  Milliseconds refilled_{};
  std::uint64_t left_out_ = 0;
};

}  // namespace p2psig

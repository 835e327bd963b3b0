#pragma once

#include <cstddef>
#include <cstdint>
#include <iosfwd>
#include <string>
#include <string_view>
#include <vector>

#include "tests/integration/descriptor.hpp"
#include "tests/support/client_frame.hpp"

namespace p2psig::test {

/// How the other side ended TCP: with a FIN, or with an RST.
enum class End { closed, reset };

struct ServerFrame {
  unsigned opcode;
  std::string payload;
};

/// The closing handshake, as the other side began or answered it. 1005: a close frame without a code.
struct Close {
  unsigned code;
  std::string reason;
  bool operator==(const Close&) const = default;
};
std::ostream& operator<<(std::ostream& out, const Close& close);
std::ostream& operator<<(std::ostream& out, End end);

/// A socket, and enough of HTTP and WebSocket to see each byte. What is awaited comes within the deadline, or
/// an exception does. What the server sends is checked against RFC 6455 as it is read: unmasked, whole, no
/// reserved bits.
class RawClient {
 public:
  struct Options {
    std::string host = "127.0.0.1";
    int receive_bytes = 0;  ///< of the kernel's buffer; 0: the system's choice
  };
  RawClient(std::uint16_t port, const Options& options);
  explicit RawClient(std::uint16_t port) : RawClient(port, Options()) {}

  // Bytes.
  /// All of them. Throws if the connection is lost.
  void send(std::string_view bytes);
  /// As many as go before the connection is lost. Whether all went.
  bool try_send(std::string_view bytes);
  /// Each byte by itself.
  void send_bytewise(std::string_view bytes);
  /// No more will come from here; the other direction stays open.
  void half_close();
  void reset();
  void close() noexcept { socket_.reset(); }
  /// Everything up to and with `end`.
  std::string read_until(std::string_view end);
  /// Some of what comes next, `bytes` at most; nothing at the end.
  std::string read_some(std::size_t bytes);
  struct Rest {
    std::string bytes;
    End end;
  };
  /// Everything until the other side ends.
  Rest read_rest();
  /// As read_rest(), where only the end matters.
  End await_end() { return read_rest().end; }

  // WebSocket.
  /// Asks for the upgrade and checks the answer, whose head it returns.
  std::string upgrade(std::string_view more_headers = {}, std::string_view target = "/");
  /// The same, and takes the id that comes first.
  void connect(std::string_view more_headers = {}, std::string_view target = "/");
  void send_text(std::string_view text) { send(text_frame(text)); }
  ServerFrame read_frame();
  /// The next frame, which is a text.
  std::string read_text();
  /// The next frame, which is a pong: its payload.
  std::string read_pong();
  /// Waits until the server has handled all that was sent to it, by a ping; nothing else may come meanwhile.
  void await_turn();
  /// The next frame, which is a close frame.
  Close read_close();
  /// Joins a room and takes the two messages that say so. The ids of the others in it.
  std::vector<std::string> join(std::string_view room);

  [[nodiscard]] const std::string& id() const noexcept { return id_; }
  /// The socket, for what only a few tests do.
  [[nodiscard]] int descriptor() const noexcept { return socket_.get(); }

 private:
  /// False at the end.
  bool receive();
  void need(std::size_t bytes);
  std::string take(std::size_t bytes);

  Descriptor socket_;
  std::string input_;
  std::size_t taken_ = 0;  // of the input
  End end_ = End::closed;
  std::string id_;
};

/// The request that upgrade() sends.
[[nodiscard]] std::string upgrade_request(std::string_view more_headers = {}, std::string_view target = "/");

/// Whether a new connection is reset without a word.
[[nodiscard]] bool resets_newcomers(std::uint16_t port);

[[nodiscard]] Close to_close(const ServerFrame& frame);

/// `message`, a JSON object, as others get it from `sender`.
[[nodiscard]] std::string relayed(std::string_view message, const RawClient& sender);
[[nodiscard]] std::string peer_joined(const RawClient& peer);
[[nodiscard]] std::string peer_left(const RawClient& peer);
/// What a sender is told about a peer that is not there.
[[nodiscard]] std::string unavailable(const RawClient& peer);

/// Ann and Bob, connected, in the room "lab", everybody having been told of it.
struct Lab {
  explicit Lab(std::uint16_t port, const RawClient::Options& of_bob = {});
  RawClient ann;
  RawClient bob;
};

}  // namespace p2psig::test

#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "tests/bench/address.hpp"
#include "tests/bench/frame.hpp"
#include "tests/bench/poller.hpp"

namespace p2psig::bench {

/// Hears what connections are told. `number` is the connection's.
class Recipient {
 public:
  virtual void received(std::size_t number, std::string_view message) = 0;

 protected:
  ~Recipient() = default;
};

/// A WebSocket to the server. Whatever goes wrong with it is a Fault, and so is its end: the server is not to
/// close it. Pings are answered.
class Connection final : public Watcher {
 public:
  /// Starts to connect.
  Connection(Poller& poller, const Address& address, Recipient& recipient, std::size_t number);
  /// Resets it, so that no port is left waiting.
  ~Connection();
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  /// Queues a text message. During received() of this connection it goes by itself, otherwise with flush().
  void send(Pieces message);
  void flush();

  /// Whether the handshake is over.
  [[nodiscard]] bool open() const noexcept { return stage_ == Stage::open; }

  void ready(std::uint32_t events) override;

 private:
  enum class Stage : std::uint8_t { connecting, upgrading, open };

  void ask_for_upgrade();
  void receive();
  void read_upgrade();
  void read_frames();
  void watch_for_room(bool wanted);
  std::uint32_t next_key() noexcept;

  Poller& poller_;
  const Address& address_;
  Recipient& recipient_;
  const std::size_t number_;
  test::Descriptor socket_;
  std::string input_;
  std::size_t read_ = 0;  // of the input
  std::string output_;
  std::size_t sent_ = 0;  // of the output
  std::uint32_t key_;
  Stage stage_ = Stage::connecting;
  bool watching_for_room_ = true;
};

}  // namespace p2psig::bench

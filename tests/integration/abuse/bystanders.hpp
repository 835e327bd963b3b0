#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <exception>
#include <mutex>
#include <thread>

#include "tests/integration/raw_client.hpp"
#include "tests/integration/server_process.hpp"

namespace p2psig::test {

/// Two clients in a room of their own, who send each other one message after the other while somebody abuses
/// the server, and how long each had to wait for an answer; and the memory that the server took meanwhile.
class Bystanders {
 public:
  /// The server must outlive them.
  explicit Bystanders(const ServerProcess& server);
  ~Bystanders();
  Bystanders(const Bystanders&) = delete;
  Bystanders& operator=(const Bystanders&) = delete;

  struct Seen {
    std::size_t answers = 0;
    std::chrono::milliseconds slowest{};
    /// The longest for which a thread that only waits got no processor: the machine's share of `slowest`.
    std::chrono::milliseconds stall{};
    std::size_t resident_bytes = 0;  ///< of the server, at most
  };
  /// Returns when there were so many more answers, or when something went wrong, which stop() will tell.
  void await_answers(std::size_t count);
  /// Throws if anything was lost, altered or late.
  Seen stop();

 private:
  void converse();
  void watch();
  void join();

  const ServerProcess& server_;
  Lab pair_;
  Seen seen_;
  std::exception_ptr failure_;
  std::mutex mutex_;  // of the answers and the failure, while the conversation goes on
  std::condition_variable progress_;
  std::atomic<bool> stopping_ = false;
  std::thread conversation_;
  std::thread watch_;
};

}  // namespace p2psig::test

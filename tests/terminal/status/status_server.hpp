#pragma once

#include <mutex>
#include <string>
#include <utility>

#include "tests/net/scripted_server.hpp"

namespace p2psig::test {

/// Answers with the document that it was given last; while that is empty, it hangs up without a word.
class StatusServer {
 public:
  explicit StatusServer(std::string document)
      : document_(std::move(document)), server_([this](Peer& peer) { answer(peer); }) {}

  void set(std::string document) {
    const std::lock_guard lock(mutex_);
    document_ = std::move(document);
  }
  [[nodiscard]] std::string url() const { return "http://127.0.0.1:" + std::to_string(server_.port()); }

 private:
  void answer(Peer& peer) {
    peer.read_until("\r\n\r\n");
    const std::lock_guard lock(mutex_);
    if (!document_.empty())
      peer.write("HTTP/1.1 200 OK\r\nContent-Length: " + std::to_string(document_.size()) + "\r\n\r\n" +
                 document_);
  }

  std::mutex mutex_;  // of the next one
  std::string document_;
  ScriptedServer server_;
};

}  // namespace p2psig::test

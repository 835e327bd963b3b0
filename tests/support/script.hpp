#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "core/protocol/limits.hpp"
#include "core/server/worker.hpp"
#include "tests/support/client.hpp"

namespace p2psig::test {

using Names = std::vector<std::string>;

/// A conversation on simulated time, written as a story. Every step ends with a turn of the loop and a check
/// of everything that has to hold at any time.
class Script {
 public:
  explicit Script(const ServerLimits& limits = {});
  ~Script();

  /// A step on behalf of one client.
  class Actor {
   public:
    Actor(Script& script, Client& client) : script_(&script), client_(&client) {}

    Actor& says(std::string_view message);  ///< `@name` stands for that client's id
    Actor& says_in_pieces(const std::vector<std::string>& pieces);
    Actor& joins(std::string_view room);
    Actor& observes(std::string_view room);
    Actor& leaves();
    Actor& stops_reading();
    Actor& reads_again();
    Actor& answers_ping();
    Actor& hangs_up(std::uint16_t code = 1000);  ///< its close frame arrives
    Actor& vanishes();                           ///< its socket is gone

    Actor& is_told(std::string_view message);     ///< the next message, exactly; `@name` as in says()
    Actor& is_told_error(std::string_view code);  ///< the next message is this error
    Actor& is_told_nothing();
    Actor& forgets();  ///< what it was told so far does not matter
    Actor& is_closed(CloseReason reason);
    Actor& is_cut_off();

    Client& operator*() const { return *client_; }
    Client* operator->() const { return client_; }

   private:
    Script* script_;
    Client* client_;
  };

  Actor connect(const std::string& name);
  Actor operator[](const std::string& name) { return {*this, *clients_.at(name)}; }

  void passes(Milliseconds time);
  void drains(Milliseconds spread);
  /// Who is in a room, by name, oldest first, as the server says.
  [[nodiscard]] Names members(std::string_view room);
  [[nodiscard]] std::string status() { return *worker_.status(); }
  [[nodiscard]] std::string with_ids(std::string_view text) const;
  [[nodiscard]] const std::map<std::string, std::unique_ptr<Client>>& clients() const { return clients_; }

  /// Ends a turn of the loop.
  void turn();
  [[nodiscard]] Milliseconds now() const { return now_; }

 private:
  void check_membership();

  ServerLimits limits_;
  Events nobody_listens_;
  Worker worker_;
  Milliseconds now_{5'000'000};
  std::map<std::string, std::unique_ptr<Client>> clients_;
  std::uint32_t ids_ = 0;
};

}  // namespace p2psig::test

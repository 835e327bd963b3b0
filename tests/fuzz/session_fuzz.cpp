/// A conversation of up to four connections whose frames, pieces, endings and clock the input decides.
/// Whatever comes in, what goes out is whole frames of valid JSON, and each client's view of its room adds
/// up.
#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "core/server/worker.hpp"
#include "tests/fuzz/check.hpp"
#include "tests/support/script.hpp"

using namespace p2psig;
using namespace p2psig::test;

namespace {

constexpr std::size_t kConnections = 4;
/// So tight that each of them is met.
constexpr ServerLimits kTightLimits{.connections_max = 3,
                                    .room_peers_max = 2,
                                    .message_bytes_max = 300,
                                    .unfinished_bytes_max = 400,
                                    .outbox_bytes_max = 1'000,
                                    .outbox_total_bytes_max = 1'500,
                                    .messages = {20, 40},
                                    .bytes = {1'000, 3'000},
                                    .deliveries = {5, 20},
                                    .ping_interval = Milliseconds{1'000},
                                    .ping_timeout = Milliseconds{1'500},
                                    .message_timeout = Milliseconds{700},
                                    .join_timeout = Milliseconds{2'000},
                                    .observers_allowed = true};

class Input {
 public:
  Input(const std::uint8_t* data, std::size_t size) : rest_(reinterpret_cast<const char*>(data), size) {}

  [[nodiscard]] bool empty() const { return rest_.empty(); }
  std::uint8_t byte() {
    if (rest_.empty()) return 0;
    const auto first = static_cast<std::uint8_t>(rest_.front());
    rest_.remove_prefix(1);
    return first;
  }
  std::string_view line() {
    const std::string_view text = rest_.substr(0, rest_.find('\n'));
    rest_.remove_prefix(std::min(text.size() + 1, rest_.size()));
    return text;
  }

 private:
  std::string_view rest_;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  Events nobody_listens;
  Worker worker(kTightLimits, nobody_listens);
  Milliseconds now{0};
  std::array<std::unique_ptr<Client>, kConnections> clients;
  std::uint8_t ids = 0;

  for (Input input(data, size); !input.empty();) {
    const std::uint8_t what = input.byte();
    auto& client = clients[what % kConnections];
    if (!client || client->link.ended()) {
      std::array<std::uint8_t, PeerId::kRandomBytes> bytes{};
      bytes[0] = ++ids;
      client.reset();
      client = std::make_unique<Client>("client", PeerId::from_random(bytes), worker.shared(), now);
      worker.admit(*client->session, now);
    }
    switch (what / kConnections % 8) {
      case 0:
      case 1:
      case 2: {
        std::string text(input.line());
        for (std::size_t at = 0; (at = text.find('@', at)) != std::string::npos;
             ++at) {  // @0 to @3: a client
          const auto& named = clients[static_cast<unsigned char>(text.c_str()[at + 1]) % kConnections];
          if (named) text.replace(at, 2, named->id());
        }
        client->session->receive(text, 0, true, now);
        break;
      }
      case 3:
        client->session->receive(input.line(), input.byte(), false, now);
        break;
      case 4:
        client->session->pong(now += Milliseconds(input.byte() * 4));
        break;
      case 5:
        client->link.slow = !client->link.slow;
        if (!client->link.slow) client->session->drained();
        break;
      case 6:
        client->session->peer_closes(input.line());
        client->session->gone();
        client.reset();
        break;
      default:
        client->link.dead = input.byte() == 0;
        break;
    }
    worker.tick(now);
    worker.flush();
    for (const auto& each : clients)
      if (each) each->read();  // throws where it makes no sense
    FUZZ_CHECK(worker.status() != nullptr);
  }
  return 0;
}

/// The rules for a room's name, against the same rules on the code points that an independent parser decodes.
#include "core/protocol/room_name.hpp"

#include <cstdint>
#include <string>
#include <string_view>

#include "core/protocol/limits.hpp"
#include "core/protocol/utf8.hpp"
#include "tests/fuzz/check.hpp"
#include "tests/fuzz/independent_json.hpp"

using namespace p2psig;

namespace {

bool is_name(std::string_view text) {
  if (text.empty() || text.size() > limits::kRoomNameBytes) return false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    if (byte < 0x20 || byte == 0x7F) return false;
    if (byte == 0xC2 && static_cast<unsigned char>(text.at(i + 1)) <= 0x9F) return false;
  }
  return true;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string message = "{\"room\":\"" + std::string(reinterpret_cast<const char*>(data), size) + "\"}";
  const auto scanned = scan_envelope(message);
  if (!scanned) return 0;
  const auto name = RoomName::from(scanned->room);
  if (name) {
    FUZZ_CHECK(is_name(name->text()));
    FUZZ_CHECK(is_utf8(name->text()));
  }
  if (fuzz::without_surrogates(message) != message) return 0;  // the other parser knows pairs only
  const auto view = fuzz::independent_view(message);
  if (view.undecided || view.top_level.at("room").times != 1) return 0;
  const std::string& meant = view.top_level.at("room").text;
  FUZZ_CHECK(view.top_level.at("room").is_string);
  FUZZ_CHECK(name.has_value() == is_name(meant));
  if (name) FUZZ_CHECK(name->text() == meant);
  return 0;
}

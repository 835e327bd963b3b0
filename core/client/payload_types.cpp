#include "core/client/payload_types.hpp"

#include <algorithm>
#include <array>

namespace p2psig {
namespace {

constexpr std::array kStatic{
    StaticPayloadType{0, "PCMU", 8000, 1},   StaticPayloadType{3, "GSM", 8000, 1},
    StaticPayloadType{4, "G723", 8000, 1},   StaticPayloadType{5, "DVI4", 8000, 1},
    StaticPayloadType{6, "DVI4", 16000, 1},  StaticPayloadType{7, "LPC", 8000, 1},
    StaticPayloadType{8, "PCMA", 8000, 1},   StaticPayloadType{9, "G722", 8000, 1},
    StaticPayloadType{10, "L16", 44100, 2},  StaticPayloadType{11, "L16", 44100, 1},
    StaticPayloadType{12, "QCELP", 8000, 1}, StaticPayloadType{13, "CN", 8000, 1},
    StaticPayloadType{14, "MPA", 90000, 1},  StaticPayloadType{15, "G728", 8000, 1},
    StaticPayloadType{16, "DVI4", 11025, 1}, StaticPayloadType{17, "DVI4", 22050, 1},
    StaticPayloadType{18, "G729", 8000, 1},  StaticPayloadType{25, "CelB", 90000, 1},
    StaticPayloadType{26, "JPEG", 90000, 1}, StaticPayloadType{28, "nv", 90000, 1},
    StaticPayloadType{31, "H261", 90000, 1}, StaticPayloadType{32, "MPV", 90000, 1},
    StaticPayloadType{33, "MP2T", 90000, 1}, StaticPayloadType{34, "H263", 90000, 1},
};

}  // namespace

const StaticPayloadType* static_payload_type(unsigned number) noexcept {
  const auto* found = std::find_if(kStatic.begin(), kStatic.end(), [number](const StaticPayloadType& known) {
    return known.number == number;
  });
  return found == kStatic.end() ? nullptr : found;
}

}  // namespace p2psig

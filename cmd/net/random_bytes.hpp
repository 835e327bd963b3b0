#pragma once

#include <cstdint>
#include <span>

namespace p2psig {

/// Fills `bytes` from the kernel's generator: nobody can guess them.
void draw_random(std::span<std::uint8_t> bytes) noexcept;

}  // namespace p2psig

#pragma once

#include <cstddef>
#include <string>

namespace p2psig {

/// The whole of a file. Throws Failure (a usage error) that says what it was to be: `what`, as in "the
/// token"; if it cannot be read, or is larger than `bytes_max`.
[[nodiscard]] std::string read_file(const std::string& name, const std::string& what, std::size_t bytes_max);

}  // namespace p2psig

#pragma once

#include <span>
#include <string>

#include "tests/bench/options.hpp"
#include "tests/bench/series.hpp"

namespace p2psig::bench {

/// The table for people: a heading, a row for each series as it ends, what there is to say about all of them.
[[nodiscard]] std::string table_heading();
[[nodiscard]] std::string table_row(const Series& series);
[[nodiscard]] std::string table_notes(std::span<const Series> all, const Options& options);

/// All of it as one JSON object; the figures are medians, and `rounds` has what they are the medians of. What
/// was not measured is null.
[[nodiscard]] std::string json_report(std::span<const Series> all, const Options& options);

}  // namespace p2psig::bench

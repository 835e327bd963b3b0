#pragma once

#include "cmd/serve/options.hpp"

namespace p2psig {

/// Serves until it is asked to stop. Returns the exit code; throws Failure if it cannot start.
int serve(const ServeOptions& options);

}  // namespace p2psig

#include "tests/catch.hpp"  // a target that makes a precompiled header has to have a source

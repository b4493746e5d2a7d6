// Lines that are wrong, each with all three lines that a person sees.
#pragma once

#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "spec/parse.h"

namespace tribunal::spec {

struct BadLine {
  const char* line;  // the fifth of its file
  const char* shown;
};

inline const std::string four_good_lines =
    "sort User[3]; enum Mode { idle, busy }; const limit = 5;\n"
    "counter bal[User]; gset seen[User]; awset in[User, Mode]; lww name[User]: int; max top; "
    "lww mode: Mode;\n"
    "op f(u: User, n: int) { bal[u] += n; }\n"
    "invariant i: forall a: User . bal[a] >= 0;\n";

inline void expect_shown(const std::vector<BadLine>& bad_lines) {
  ASSERT_TRUE(parse(four_good_lines).ok());
  for (const BadLine& bad : bad_lines) {
    const std::string text = four_good_lines + bad.line + "\n";
    const auto spec = parse(text);
    if (spec.ok()) {
      ADD_FAILURE() << "parses: " << bad.line;
    } else {
      EXPECT_EQ(show(spec.error(), text, "t.icf"), bad.shown);
    }
  }
}

}  // namespace tribunal::spec

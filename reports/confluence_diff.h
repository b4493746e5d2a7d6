// How one text became another, line by line.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "spec/ast.h"

namespace tribunal::reports::confluence {

struct DiffLine {
  enum class Mark : unsigned char { same, removed, added };
  Mark mark = Mark::same;
  std::string text;
};

// As few changes as there can be; of very long texts, all lines removed and added.
std::vector<DiffLine> difference(std::string_view before, std::string_view after);

// What a variant changes, without blank lines and without what it states of its verdict.
std::vector<DiffLine> changed_lines(const spec::Spec& before, std::string_view after);

}  // namespace tribunal::reports::confluence

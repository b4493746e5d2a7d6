// The longest common subsequence of lines, by the table of Wagner and Fischer.
#include "reports/confluence_diff.h"

#include <algorithm>
#include <cstdint>

#include "base/text.h"
#include "spec/print.h"

namespace tribunal::reports::confluence {
namespace {

constexpr std::size_t largest_table = 4'000'000;

std::vector<std::string> lines_of(std::string_view text) {
  if (text.ends_with('\n')) text.remove_suffix(1);
  if (text.empty()) return {};
  return split(text, '\n');
}

}  // namespace

std::vector<DiffLine> difference(std::string_view before, std::string_view after) {
  const std::vector<std::string> a = lines_of(before);
  const std::vector<std::string> b = lines_of(after);
  const std::size_t width = b.size() + 1;
  const bool small = (a.size() + 1) * width <= largest_table;
  // common[i * width + j]: of a from i and b from j.
  std::vector<std::uint32_t> common(small ? (a.size() + 1) * width : 0);
  for (std::size_t i = a.size(); small && i-- > 0;) {
    for (std::size_t j = b.size(); j-- > 0;) {
      const std::uint32_t skip = std::max(common[(i + 1) * width + j], common[i * width + j + 1]);
      common[i * width + j] = a[i] == b[j] ? common[(i + 1) * width + j + 1] + 1 : skip;
    }
  }
  std::vector<DiffLine> lines;
  std::size_t i = 0;
  std::size_t j = 0;
  while (i < a.size() || j < b.size()) {
    const bool both = small && i < a.size() && j < b.size();
    if (both && a[i] == b[j]) {
      lines.push_back({DiffLine::Mark::same, a[i++]});
      ++j;
    } else if (i < a.size() &&
               (!both || common[(i + 1) * width + j] >= common[i * width + j + 1])) {
      lines.push_back({DiffLine::Mark::removed, a[i++]});
    } else {
      lines.push_back({DiffLine::Mark::added, b[j++]});
    }
  }
  return lines;
}

std::vector<DiffLine> changed_lines(const spec::Spec& before, std::string_view after) {
  std::vector<DiffLine> lines;
  for (DiffLine& line : difference(spec::print(before), after)) {
    const bool worth = !line.text.empty() && !line.text.starts_with("expect ");
    if (line.mark != DiffLine::Mark::same && worth) lines.push_back(std::move(line));
  }
  return lines;
}

}  // namespace tribunal::reports::confluence

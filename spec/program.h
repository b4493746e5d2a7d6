// A specification ready to be executed: its text, what was read from it, and how many elements each
// of its sorts has. Immutable, and cheap to copy: all copies share one.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "base/result.h"
#include "spec/ast.h"
#include "spec/layout.h"
#include "spec/parse.h"
#include "spec/placement.h"

namespace tribunal::spec {

// For whom and how long it is executed.
struct Scale {
  std::uint32_t nodes = 1;
  std::uint32_t elements = 12;  // of each sort that `fresh` mints from, at least 2 for each node
  std::uint32_t automatic = 3;  // of other sorts that are `auto`
};

class Program {
 public:
  Program() = default;  // none
  explicit operator bool() const { return parts_ != nullptr; }

  // Precondition of all: there is one.
  const std::string& text() const { return parts_->text; }
  const Spec& spec() const { return parts_->spec; }
  const Layout& layout() const { return parts_->layout; }
  const Scale& scale() const { return parts_->scale; }
  std::optional<std::uint32_t> transaction(std::string_view name) const;
  const Placement& placement() const { return parts_->placement; }

  // By text, sizes and placement; replicas that are given equal programs decide alike.
  friend bool operator==(const Program& a, const Program& b) { return a.digest_ == b.digest_; }
  static auto fields(auto& self) { return std::tie(self.digest_); }

 private:
  friend Result<Program, Diagnostic> make_program(std::string text, const Scale& scale,
                                                  Placement placement);
  struct Parts {
    Parts(std::string from, Spec read, std::vector<std::uint32_t> sizes, const Scale& made_for,
          Placement where)
        : text(std::move(from)),
          spec(std::move(read)),
          layout(spec, std::move(sizes)),
          scale(made_for),
          placement(std::move(where)) {}
    Parts(const Parts&) = delete;
    Parts& operator=(const Parts&) = delete;
    std::string text;
    Spec spec;
    Layout layout;  // refers to the specification beside it
    Scale scale;
    Placement placement;
  };
  std::shared_ptr<const Parts> parts_;
  std::uint64_t digest_ = 0;  // of text and sizes; 0: none
};

// How many elements each sort has: sorts that are minted from have room for a while, those of
// `self` an element for each node, the others as many as they declare.
std::vector<std::uint32_t> execution_sizes(const Spec& spec, const Scale& scale);

// Errors are those of parse(), and what a store cannot carry out: more than most_cells with these
// sizes, more arguments than a command holds (spec/arguments.h).
Result<Program, Diagnostic> make_program(std::string text, const Scale& scale,
                                         Placement placement = {});

}  // namespace tribunal::spec

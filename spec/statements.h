// Carrying out statements, for the other files of this folder. What a change of a cell amounts to
// is up to `Write`: an effect in a transaction, an assignment in `onmerge`.
#pragma once

#include <vector>

#include "spec/evaluator.h"

namespace tribunal::spec {

// `write(statement, cell, value)` is called for each change of a cell that there is (an index
// outside its sort changes nothing), and changes the values itself.
template <class Write>
class Statements {
 public:
  Statements(const Layout& layout, Evaluator& evaluator, std::vector<std::int64_t>& slots,
             Write write)
      : layout_(layout), evaluator_(evaluator), slots_(slots), write_(write) {}

  void carry_out(const std::vector<StatementId>& block) {
    for (const StatementId id : block) carry_out(layout_.spec().statements[id]);
  }

 private:
  void carry_out(const Statement& statement) {
    switch (statement.kind) {
      case StatementKind::let:
        slots_[statement.slot] = evaluator_.value(*statement.value);
        break;
      case StatementKind::if_:
        if (evaluator_.value(*statement.value) != 0) carry_out(statement.body);
        break;
      case StatementKind::forall:
        for (std::uint32_t i = 0; i < layout_.size_of(statement.domain); ++i) {
          slots_[statement.slot] = i;
          if (!statement.value || evaluator_.value(*statement.value) != 0) {
            carry_out(statement.body);
          }
        }
        break;
      default:
        change(statement);
        break;
    }
  }

  void change(const Statement& statement) {
    const std::int64_t value = statement.value ? evaluator_.value(*statement.value) : 0;
    const auto cell = evaluator_.cell(statement.variable, statement.indices);
    if (cell) write_(statement, *cell, value);
  }

  const Layout& layout_;
  Evaluator& evaluator_;
  std::vector<std::int64_t>& slots_;
  Write write_;
};

}  // namespace tribunal::spec

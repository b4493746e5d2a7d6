// One value of a history each way, for recorded.cpp and its tests.
#pragma once

#include <optional>

#include "checker/confluence/recorded.h"

namespace tribunal::checker::confluence {

std::optional<spec::Receipt> read_receipt(const history::Value& value);
// Without the positions in the history.
std::optional<RecordedInspection> read_inspection(const history::Value& value);

}  // namespace tribunal::checker::confluence

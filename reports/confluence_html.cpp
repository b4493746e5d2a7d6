#include "reports/confluence.h"

namespace tribunal::reports {

std::string confluence_html(const ConfluenceReport& report) {
  std::string page = "<!doctype html>\n<meta charset=\"utf-8\">\n<pre>\n";
  for (const char c : confluence_text(report, false)) {
    page += c == '&' ? "&amp;" : c == '<' ? "&lt;" : std::string(1, c);
  }
  return page + "</pre>\n";
}

}  // namespace tribunal::reports

"""The pages for anybody: report, follow, rate, dispute. No account."""

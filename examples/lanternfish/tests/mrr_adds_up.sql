-- A month's MRR is what the month began with and everything that happened to it.
select *
from {{ ref('mrr_monthly') }}
where abs(mrr_at_start + new_mrr + reactivated_mrr + expansion_mrr + contraction_mrr + paused_mrr + churned_mrr - mrr) > 0.01

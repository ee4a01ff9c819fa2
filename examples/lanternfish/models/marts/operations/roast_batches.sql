select
    batch_no,
    roasted_at,
    roast_date,
    bean,
    roaster,
    green_kg,
    roasted_kg,
    cast(1 - roasted_kg / green_kg as decimal(6, 4)) as weight_loss_share,
    cup_score,
    roasted_kg / green_kg between 0.80 and 0.88 as is_within_profile,
    notes
from {{ ref('stg_roast_batches') }}

select
    batch_no,
    roasted_at,
    {{ to_local_date('roasted_at') }} as roast_date,
    bean,
    green_kg,
    roasted_kg,
    roaster,
    cup_score,
    notes
from {{ source('roastery', 'roast_batches') }}

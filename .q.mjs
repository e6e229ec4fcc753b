import { PGlite } from '@electric-sql/pglite';
const db = new PGlite('/tmp/bstore/data'); 
const kinds=['files','reviews','review_comments','comments','commits'];
for (const [n,q,a] of [['gaps','select backfill_child_gaps(r.github_id,$1,1000) from repositories r',[kinds]],['rows','select backfill_row_counts(github_id) from repositories',[]],['status',"select backfill_status(null)",[]],['progress','select backfill_progress(id) from progressive_backfill_state',[]]]) { const t=performance.now(); await db.query(q,a); console.log(n,(performance.now()-t).toFixed(0)); }

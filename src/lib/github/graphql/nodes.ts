/** What GitHub answers with, as far as the documents ask for it. */

export interface PageInfo {
  readonly hasNextPage: boolean;
  readonly endCursor: string | null;
}

export interface Connection<Node> {
  readonly totalCount: number;
  readonly pageInfo: PageInfo;
  readonly nodes: readonly (Node | null)[];
}

export interface ActorNode {
  readonly __typename: string;
  readonly id: string;
  readonly login: string;
  readonly avatarUrl?: string;
  readonly databaseId?: number | null;
}

export interface EnumeratedNode {
  readonly id: string;
  readonly number: number;
  readonly updatedAt: string;
  readonly changedFiles: number;
  readonly totalCommentsCount: number | null;
}

export interface FileNode {
  readonly path: string;
  readonly additions: number;
  readonly deletions: number;
  readonly changeType: string;
}

export interface ReviewNode {
  readonly id: string;
  readonly fullDatabaseId: string | null;
  readonly author: ActorNode | null;
  readonly state: string;
  readonly body: string;
  readonly commit: { readonly oid: string } | null;
  readonly submittedAt: string | null;
  readonly createdAt: string;
  readonly updatedAt: string;
}

export interface IssueCommentNode {
  readonly id: string;
  readonly fullDatabaseId: string | null;
  readonly author: ActorNode | null;
  readonly body: string;
  readonly createdAt: string;
  readonly updatedAt: string;
}

export interface ReviewCommentNode extends IssueCommentNode {
  readonly path: string;
  readonly position: number | null;
  readonly originalPosition: number | null;
  readonly line: number | null;
  readonly originalLine: number | null;
  readonly diffHunk: string;
  readonly outdated: boolean;
  readonly commit: { readonly oid: string } | null;
  readonly originalCommit: { readonly oid: string } | null;
  readonly replyTo: { readonly fullDatabaseId: string | null } | null;
}

export interface GitActorNode {
  readonly name: string | null;
  readonly user: ActorNode | null;
}

export interface CommitNode {
  readonly commit: {
    readonly oid: string;
    readonly message: string;
    readonly authoredDate: string | null;
    readonly committedDate: string | null;
    readonly author: GitActorNode | null;
    readonly committer: GitActorNode | null;
  };
}

export interface PullRequestNode {
  readonly __typename: 'PullRequest';
  readonly id: string;
  readonly fullDatabaseId: string | null;
  readonly number: number;
  readonly title: string;
  readonly body: string | null;
  readonly state: 'OPEN' | 'CLOSED' | 'MERGED';
  readonly isDraft: boolean;
  readonly locked: boolean;
  readonly url: string;
  readonly createdAt: string;
  readonly updatedAt: string;
  readonly closedAt: string | null;
  readonly mergedAt: string | null;
  readonly additions: number;
  readonly deletions: number;
  readonly changedFiles: number;
  readonly baseRefName: string;
  readonly headRefName: string;
  readonly baseRefOid: string | null;
  readonly headRefOid: string | null;
  readonly mergeCommit: { readonly oid: string } | null;
  readonly totalCommentsCount: number | null;
  readonly author: ActorNode | null;
  readonly mergedBy: ActorNode | null;
  readonly files?: Connection<FileNode> | null;
  readonly reviews?: Connection<ReviewNode>;
  readonly comments?: Connection<IssueCommentNode>;
  readonly commits?: Connection<CommitNode>;
}

export interface ReviewWithComments {
  readonly id: string;
  readonly fullDatabaseId: string | null;
  readonly comments: Connection<ReviewCommentNode>;
}

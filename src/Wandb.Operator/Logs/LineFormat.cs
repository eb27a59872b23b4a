namespace Wandb.Operator.Logs;

/// <summary>How a message becomes a line.</summary>
internal enum LineFormat
{
    Text,
    Json,
}

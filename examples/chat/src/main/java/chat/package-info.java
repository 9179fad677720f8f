/// A chat room over WebSocket and server-sent events. Start reading at [chat.Main].
package chat;
